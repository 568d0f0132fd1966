/** What is kept, for how long, and who waits for what is on its way (RFC 9111). */
@NullMarked
package org.tanada.cdn.cache;

import org.jspecify.annotations.NullMarked;
