/** The front door: renders nginx's configuration from the templates and the topology. */
@NullMarked
package org.tanada.deploy.nginx;

import org.jspecify.annotations.NullMarked;
