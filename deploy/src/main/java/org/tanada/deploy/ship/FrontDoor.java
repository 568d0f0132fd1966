package org.tanada.deploy.ship;

/** What the operator's machine and the front door's board have to agree on. */
final class FrontDoor {
  /** The secret that is its certificate with its issuers. */
  static final String CHAIN = "server.pem";

  /** The secret that is its certificate's key. */
  static final String KEY = "server-key.pem";

  private FrontDoor() {}
}
