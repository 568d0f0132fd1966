/** Whether a board is well: facts that it tells over ssh, and what follows from them. */
@NullMarked
package org.tanada.deploy.board.checkup;

import org.jspecify.annotations.NullMarked;
