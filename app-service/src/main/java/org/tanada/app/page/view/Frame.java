package org.tanada.app.page.view;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the content of every page.
 *
 * @param title of the page, without the site's name
 * @param description one sentence for search engines and previews
 * @param section which entry of the navigation is the present one
 * @param visitor who looks at it
 * @param notice what the last form did, if anything
 * @param assets gives the versioned address of a static file
 */
public record Frame(
    String title,
    String description,
    Section section,
    Visitor visitor,
    @Nullable Notice notice,
    UnaryOperator<String> assets) {

  /** Versioned address of a static file, for example {@code app.css}. */
  public String asset(String name) {
    return assets.apply(name);
  }

  /** For {@code aria-current}: {@code page}, or null which leaves the attribute out. */
  public @Nullable String current(Section candidate) {
    return candidate == section ? "page" : null;
  }

  /** Whether the page belongs to the signed-in user and has the personal navigation. */
  public boolean personal() {
    return section.personal() && visitor instanceof Visitor.SignedIn;
  }

  /** Whether the page is an administrator's and has the navigation of those. */
  public boolean administration() {
    return section == Section.ADMINISTRATION || section == Section.AUDIT;
  }

  /** The entries of the navigation. */
  public enum Section {
    HOME,
    UPLOAD,
    PROFILE,
    VIDEOS,
    ORDERS,
    ADMINISTRATION,
    AUDIT,
    SIGN_IN,
    SIGN_UP,
    NONE;

    boolean personal() {
      return this == UPLOAD || this == PROFILE || this == VIDEOS || this == ORDERS;
    }
  }
}
