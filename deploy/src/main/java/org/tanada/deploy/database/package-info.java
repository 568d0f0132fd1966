/** MariaDB nodes: private directories, users, replication and its healing. */
@NullMarked
package org.tanada.deploy.database;

import org.jspecify.annotations.NullMarked;
