/** Backups of all databases and files, and what brings them back. */
@NullMarked
package org.tanada.deploy.backup;

import org.jspecify.annotations.NullMarked;
