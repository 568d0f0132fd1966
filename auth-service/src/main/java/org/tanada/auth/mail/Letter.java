package org.tanada.auth.mail;

/**
 * A mail, or what a piece of work is about.
 *
 * @param to address of its recipient
 * @param subject its subject
 * @param text plain text; a secret, if there is a link in it
 */
public record Letter(String to, String subject, String text) {
  @Override
  public String toString() {
    return "Letter[…]";
  }
}
