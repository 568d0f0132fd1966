/** The pages for people, rendered on the server, and what they are made of. */
@NullMarked
package org.tanada.app.page;

import org.jspecify.annotations.NullMarked;
