/** Control side: removing objects before their time. */
@NullMarked
package org.tanada.cdn.purge;

import org.jspecify.annotations.NullMarked;
