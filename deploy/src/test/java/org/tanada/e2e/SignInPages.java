package org.tanada.e2e;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** Signing up and in by the pages, as people do. */
final class SignInPages {
  private SignInPages() {}

  /** Signs up, which signs in as well. */
  static void signUp(Page page, String username, String displayName) {
    page.navigate("/sign-up");
    fillSignUp(page, username, displayName);
  }

  /** The same on the page to sign up. */
  static void fillSignUp(Page page, String username, String displayName) {
    page.getByLabel("E-mail").fill(email(username));
    page.getByLabel("User name").fill(username);
    page.getByLabel("Name to show").fill(displayName);
    page.getByLabel("Password").fill(FrontDoor.PASSWORD);
    press(page, "Sign up");
  }

  /** The address of who has signed up by that user name. */
  static String email(String username) {
    return username + "@example.net";
  }

  /** Signs in, unless the password is wrong or a code is asked for. */
  static void signIn(Page page, String email, String password) {
    page.navigate("/sign-in");
    fillSignIn(page, email, password);
  }

  /** The same on the page to sign in. */
  static void fillSignIn(Page page, String email, String password) {
    page.getByLabel("E-mail").fill(email);
    page.getByLabel("Password").fill(password);
    press(page, "Sign in");
  }

  private static void press(Page page, String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
        .click();
    page.waitForLoadState();
    UsedSecrets.note(page.context());
  }
}
