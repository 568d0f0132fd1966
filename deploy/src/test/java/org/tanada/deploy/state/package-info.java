/** Tests of this package. */
@NullMarked
package org.tanada.deploy.state;

import org.jspecify.annotations.NullMarked;
