/** Tests of this package. */
@NullMarked
package org.tanada.deploy.board.checkup;

import org.jspecify.annotations.NullMarked;
