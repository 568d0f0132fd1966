/** Settings and the clients of the other tiers. */
@NullMarked
package org.tanada.app.config;

import org.jspecify.annotations.NullMarked;
