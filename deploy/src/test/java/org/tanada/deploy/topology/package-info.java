/** Tests of this package. */
@NullMarked
package org.tanada.deploy.topology;

import org.jspecify.annotations.NullMarked;
