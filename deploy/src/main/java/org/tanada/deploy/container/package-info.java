/** What the containers of {@code docker-compose.yml} find when they start. */
@NullMarked
package org.tanada.deploy.container;

import org.jspecify.annotations.NullMarked;
