/** Who may play a video, and the signed address to play it from. */
@NullMarked
package org.tanada.app.playback;

import org.jspecify.annotations.NullMarked;
