/** Looks into videos, by ffmpeg where it is installed: how long they play, and a picture. */
@NullMarked
package org.tanada.app.preview;

import org.jspecify.annotations.NullMarked;
