package org.tanada.auth.mail;

import org.springframework.beans.factory.ListableBeanFactory;

/** Lets tests say when a server delivers. */
public final class Deliveries {
  /** The bean that delivers by itself. */
  public static final String WORK = "deliveryWork";

  private Deliveries() {}

  /** Delivers all that is due. */
  public static void sweep(ListableBeanFactory server) {
    server.getBean(Delivery.class).sweep();
  }
}
