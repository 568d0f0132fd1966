package org.tanada.app.page.view;

/**
 * A sentence above the content.
 *
 * @param good whether it tells of a success
 * @param text the sentence
 */
public record Notice(boolean good, String text) {}
