/** One class per command of {@code ./tanada}. */
@NullMarked
package org.tanada.deploy.command;

import org.jspecify.annotations.NullMarked;
