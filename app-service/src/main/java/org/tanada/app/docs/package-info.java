/** The API's description, its try-it page, and its health. */
@NullMarked
package org.tanada.app.docs;

import org.jspecify.annotations.NullMarked;
