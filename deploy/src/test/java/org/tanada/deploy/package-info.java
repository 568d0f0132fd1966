/** Tests of the command line. */
@NullMarked
package org.tanada.deploy;

import org.jspecify.annotations.NullMarked;
