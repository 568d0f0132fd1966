package org.tanada.app.page.view;

import java.util.List;

/**
 * A user as administrators see them.
 *
 * @param id of the user
 * @param username user name
 * @param name to show
 * @param email address
 * @param portrait address of the picture
 * @param roles those that they have
 * @param state for example {@code active}
 * @param since when they signed up
 */
public record AdminUser(
    String id,
    String username,
    String name,
    String email,
    String portrait,
    List<String> roles,
    String state,
    Moment since) {
  public AdminUser {
    roles = List.copyOf(roles);
  }

  /** Whether an administrator has locked the account. */
  public boolean locked() {
    return state.equals("locked");
  }
}
