/** Tests of this package. */
@NullMarked
package org.tanada.deploy.board;

import org.jspecify.annotations.NullMarked;
