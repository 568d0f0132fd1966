/** What is left to do when somebody has asked for the end of their account. */
@NullMarked
package org.tanada.app.deletion;

import org.jspecify.annotations.NullMarked;
