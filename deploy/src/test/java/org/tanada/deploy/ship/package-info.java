@NullMarked
package org.tanada.deploy.ship;

import org.jspecify.annotations.NullMarked;
