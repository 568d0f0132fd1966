/**
 * What commands do with a running system, however its nodes were started: as processes of this
 * machine, or as containers.
 */
@NullMarked
package org.tanada.deploy.launcher;

import org.jspecify.annotations.NullMarked;
