/** Tests of the front door with a real nginx. */
@NullMarked
package org.tanada.deploy.nginx;

import org.jspecify.annotations.NullMarked;
