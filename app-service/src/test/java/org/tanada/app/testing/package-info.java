/** The other tiers as tests have them, and an app server among them. */
@NullMarked
package org.tanada.app.testing;

import org.jspecify.annotations.NullMarked;
