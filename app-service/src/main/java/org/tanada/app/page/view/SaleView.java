package org.tanada.app.page.view;

/**
 * A sale as its seller sees it.
 *
 * @param videoId what was sold
 * @param title of the video, or a general word if it is gone
 * @param price what was paid
 * @param at when
 */
public record SaleView(String videoId, String title, Amount price, Moment at) {}
