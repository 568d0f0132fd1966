/** Tests of this package. */
@NullMarked
package org.tanada.deploy.build;

import org.jspecify.annotations.NullMarked;
