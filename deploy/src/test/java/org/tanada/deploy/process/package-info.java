/** Tests of this package. */
@NullMarked
package org.tanada.deploy.process;

import org.jspecify.annotations.NullMarked;
