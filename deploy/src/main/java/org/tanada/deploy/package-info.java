/** The operator's command line: sets up, runs, grows and shows an installation. */
@NullMarked
package org.tanada.deploy;

import org.jspecify.annotations.NullMarked;
