package org.tanada.deploy.board;

/**
 * How to get into a board where that differs from what the operator's own ssh configuration says.
 *
 * @param user empty for ssh's own choice; one that is not root needs {@code sudo} without a
 *     password
 * @param port 0 for ssh's own choice
 * @param key file of the private key; empty for ssh's own choice
 */
public record Login(String user, int port, String key) {
  /** All as ssh's configuration says. */
  public static final Login USUAL = new Login("", 0, "");

  public Login {
    if (!user.matches("|[a-z_][a-z0-9_-]{0,31}")) {
      throw new IllegalArgumentException("not a user's name: " + user);
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }
}
