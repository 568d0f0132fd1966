package org.tanada.app.page.view;

/**
 * A provider that one can sign in by.
 *
 * @param name in addresses
 * @param title for people
 * @param address where a sign-in by it begins
 */
public record ProviderView(String name, String title, String address) {}
