/** Videos: drafts, their content, publication and the lists of published ones. */
@NullMarked
package org.tanada.app.video;

import org.jspecify.annotations.NullMarked;
