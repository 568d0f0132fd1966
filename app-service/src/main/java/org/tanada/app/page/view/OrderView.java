package org.tanada.app.page.view;

/**
 * An order as its buyer sees it.
 *
 * @param id of the order
 * @param videoId what was bought
 * @param title of the video when it was bought
 * @param price what was paid
 * @param at when
 */
public record OrderView(String id, String videoId, String title, Amount price, Moment at) {}
