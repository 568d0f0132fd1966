package org.tanada.app.web;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The versions that a change may find (RFC 9110, 13.1.1).
 *
 * @param any whether every version will do ({@code *})
 * @param versions those that will do
 */
public record IfMatch(boolean any, Set<Long> versions) {
  /** Every version will do. */
  public static final IfMatch ANY = new IfMatch(true, Set.of());

  private static final Pattern LIST =
      Pattern.compile("\\s*(?:W/)?\"[^\"]*\"\\s*(?:,\\s*(?:W/)?\"[^\"]*\"\\s*)*");
  private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");

  public IfMatch {
    versions = Set.copyOf(versions);
  }

  /** Only this version will do. */
  public static IfMatch version(long version) {
    return new IfMatch(false, Set.of(version));
  }

  /**
   * What the header says.
   *
   * @throws ProblemException {@code precondition-required} without a header; {@code
   *     malformed-request} if it is none of RFC 9110's forms
   */
  public static IfMatch of(@Nullable String header) {
    if (header == null) {
      throw new ProblemException(
          ProblemCode.PRECONDITION_REQUIRED, "Send If-Match with the ETag that you last saw.");
    }
    if (header.trim().equals("*")) {
      return ANY;
    }
    if (!LIST.matcher(header).matches()) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "If-Match is * or a list of quoted entity tags.");
    }
    Set<Long> versions = new HashSet<>();
    Matcher tags = TAG.matcher(header);
    while (tags.find()) {
      // a weak tag never matches here (strong comparison), nor one that we did not make
      if (tags.group(1) == null && tags.group(2).matches("[1-9][0-9]{0,17}")) {
        versions.add(Long.valueOf(tags.group(2)));
      }
    }
    return new IfMatch(false, versions);
  }

  /**
   * Makes sure that the version is one that will do.
   *
   * @throws ProblemException {@code version-mismatch}
   */
  public void check(long version) {
    if (!any && !versions.contains(version)) {
      throw new ProblemException(
          ProblemCode.VERSION_MISMATCH, "It has version " + version + " by now.");
    }
  }
}
