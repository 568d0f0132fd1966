package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * The own e-mail address.
 *
 * @param email empty if none is known
 * @param verified whether its owner has shown that it is theirs
 * @param pending the one that takes its place as soon as it is verified; null if none does
 */
public record AddressView(String email, boolean verified, @Nullable String pending) {}
