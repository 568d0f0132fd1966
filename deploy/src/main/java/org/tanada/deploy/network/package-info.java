/** The network between the nodes of the data tier, as a drill cuts it. */
@NullMarked
package org.tanada.deploy.network;

import org.jspecify.annotations.NullMarked;
