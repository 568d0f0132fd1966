/** Clusters of databases as they are observed: who is primary, who is fit to be read. */
@NullMarked
package org.tanada.router.topology;

import org.jspecify.annotations.NullMarked;
