package org.tanada.app.page.view;

/** Who looks at a page. */
public sealed interface Visitor {
  /** The page is the same for everybody and may be cached at the edges. */
  record Anyone() implements Visitor {}

  /** Nobody has signed in. */
  record SignedOut() implements Visitor {}

  /**
   * A user has.
   *
   * @param id of the user
   * @param name to show
   * @param administrator whether there is more for them to see
   */
  record SignedIn(String id, String name, boolean administrator) implements Visitor {}
}
