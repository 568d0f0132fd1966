package org.tanada.app.order;

/**
 * An order has just been placed on this server; published as an application event.
 *
 * @param orderId the order
 */
public record OrderPlaced(long orderId) {}
