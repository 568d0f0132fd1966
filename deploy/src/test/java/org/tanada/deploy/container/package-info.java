/** Tests of this package. */
@NullMarked
package org.tanada.deploy.container;

import org.jspecify.annotations.NullMarked;
