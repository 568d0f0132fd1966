package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * A passkey of the user who looks.
 *
 * @param id of it
 * @param name what they call it
 * @param created when it was made
 * @param used when it was last used; null if never
 */
public record PasskeyView(String id, String name, Moment created, @Nullable Moment used) {}
