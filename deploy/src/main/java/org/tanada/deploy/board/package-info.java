/** Boards: which small computer has which roles, and what follows from that. */
@NullMarked
package org.tanada.deploy.board;

import org.jspecify.annotations.NullMarked;
