/** Native processes: how each kind of node is started, watched, restarted and stopped. */
@NullMarked
package org.tanada.deploy.process;

import org.jspecify.annotations.NullMarked;
