package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * The second factor of somebody.
 *
 * @param password whether there is a password that a code could follow
 * @param since since when an app shows codes; null if none does
 * @param recoveryCodes how many are left
 */
public record FactorsView(boolean password, @Nullable Moment since, int recoveryCodes) {}
