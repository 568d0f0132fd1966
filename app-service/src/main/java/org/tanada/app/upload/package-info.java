/** Uploads that can be interrupted and go on, by tus 1.0.0. */
@NullMarked
package org.tanada.app.upload;

import org.jspecify.annotations.NullMarked;
