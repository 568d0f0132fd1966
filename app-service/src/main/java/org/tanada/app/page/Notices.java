package org.tanada.app.page;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.app.page.view.Notice;

/**
 * What pages say after a form was posted. The address carries a code, not the sentence, so that no
 * link of others can put words into our mouth; no session is needed for it.
 */
final class Notices {
  private static final Map<String, Notice> KNOWN =
      Map.ofEntries(
          Map.entry("welcome", good("Welcome. This is your page.")),
          Map.entry(
              "sign-up-mailed",
              good("A mail is on its way to that address: it says how to go on. Then sign in.")),
          Map.entry("signed-out", good("You are signed out.")),
          Map.entry("signed-out-everywhere", good("You are signed out everywhere.")),
          Map.entry(
              "account-deleted",
              good("Your account is deleted. What is left of it goes within the hour.")),
          Map.entry("profile-saved", good("Your profile is saved.")),
          Map.entry("avatar-saved", good("That is your picture now.")),
          Map.entry(
              "password-changed",
              good("Your password is changed. Everywhere else you have to sign in anew.")),
          Map.entry(
              "reset-asked",
              good(
                  "If there is an account with that address, a mail with a link is on its way. It"
                      + " works for half an hour.")),
          Map.entry("password-reset", good("Your new password is set. Sign in with it.")),
          Map.entry("email-verified", good("Your e-mail address is verified.")),
          Map.entry("email-changed", good("That is your e-mail address now.")),
          Map.entry(
              "email-asked",
              good("A link is on its way to the new address. Nothing changes before you open it.")),
          Map.entry("verification-sent", good("A link to verify your address is on its way.")),
          Map.entry(
              "enough-mails",
              bad("Enough mails are on their way: look for them, and try again in an hour.")),
          Map.entry("linked", good("Linked: from now on you can sign in with it.")),
          Map.entry("unlinked", good("Unlinked. What was signed in with it has ended.")),
          Map.entry("proved", good("That is you. For five minutes you can do it now.")),
          Map.entry("too-late", bad("That took too long: begin again.")),
          Map.entry("passkey-added", good("From now on you can sign in with it.")),
          Map.entry("passkey-removed", good("Removed. What was signed in with it has ended.")),
          Map.entry("passkey-refused", bad("The passkey was not accepted. Try it again.")),
          Map.entry(
              "account-leaving", bad("The account is being deleted, as its owner has asked for.")),
          Map.entry("account-locked", bad("The account is locked: ask an administrator why.")),
          Map.entry("factor-off", good("Switched off: signing in asks for no code any more.")),
          Map.entry("factor-there", bad("There is an app already: switch that off first.")),
          Map.entry("session-ended", good("That session has ended.")),
          Map.entry("created", good("Your video is created. Add its file, then publish it.")),
          Map.entry("uploaded", good("The file is uploaded. Publish the video when you like.")),
          Map.entry("saved", good("Your changes are saved.")),
          Map.entry("published", good("Published: everybody can find it now.")),
          Map.entry("withdrawn", good("Withdrawn: only you see it now.")),
          Map.entry("deleted", good("The video is deleted.")),
          Map.entry("bought", good("It is yours. The invoice is among your orders.")),
          Map.entry("already-bought", good("You already had this video.")),
          Map.entry(
              "sold",
              bad("It was sold, so it cannot be deleted: its buyers keep it. Withdraw it.")),
          Map.entry("no-file", bad("Upload the file first, then publish.")),
          Map.entry("own", bad("This video is your own.")),
          Map.entry(
              "not-allowed",
              bad("A moderator has withdrawn it, or you may not sell any more: ask them why.")),
          Map.entry("moderated", good("Withdrawn: its owner cannot publish it any more.")),
          Map.entry("roles-changed", good("The roles are changed; the user has to sign in anew.")),
          Map.entry("locked", good("The account is locked, and signed out everywhere.")),
          Map.entry("unlocked", good("The account is unlocked.")),
          Map.entry("sessions-ended", good("The sessions have ended.")),
          Map.entry("last-administrator", bad("There has to be an administrator.")),
          Map.entry("not-an-administrator", bad("Take the role administrator first.")),
          Map.entry(
              "changed",
              bad("It has changed meanwhile. Look at what it is now, and decide anew.")));

  private Notices() {}

  /** The notice with this code, or null. */
  static @Nullable Notice find(@Nullable String code) {
    return code == null ? null : KNOWN.get(code);
  }

  private static Notice good(String text) {
    return new Notice(true, text);
  }

  private static Notice bad(String text) {
    return new Notice(false, text);
  }
}
