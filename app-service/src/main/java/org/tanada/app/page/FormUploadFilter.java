package org.tanada.app.page;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.app.config.AppProperties;
import org.tanada.app.page.view.Bytes;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.web.Failures;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Looks at forms with files before the server spools them to its disk: they must come from somebody
 * who is signed in, be for a form that has a file, and announce a size within that form's limit.
 */
final class FormUploadFilter extends OncePerRequestFilter {
  /** What the other fields of such a form, and the lines between its parts, may take. */
  static final DataSize FIELDS = DataSize.ofKilobytes(256);

  private static final Pattern VIDEO = Pattern.compile("/upload|/me/videos/[0-9]{1,19}/content");
  private static final Pattern AVATAR = Pattern.compile("/me/avatar");

  private final AppProperties limits;
  private final Failures failures;

  FormUploadFilter(AppProperties limits, Failures failures) {
    this.limits = limits;
    this.failures = failures;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String type = request.getContentType();
    return type == null || !type.regionMatches(true, 0, "multipart/", 0, 10);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      check(request);
    } catch (ProblemException e) {
      response.setHeader("Connection", "close"); // the rest of the form is not read
      failures.answer(request, response, e);
      return;
    }
    chain.doFilter(request, response);
  }

  private void check(HttpServletRequest request) {
    String path = request.getRequestURI();
    boolean video = VIDEO.matcher(path).matches();
    if (!video && !AVATAR.matcher(path).matches()) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "There is no form with a file at this address.");
    }
    CurrentUser.required();
    DataSize limit = video ? limits.maxVideoSize() : limits.maxAvatarSize();
    long length = request.getContentLengthLong();
    if (length < 0 || length > limit.toBytes() + FIELDS.toBytes()) {
      throw new ProblemException( // a browser always announces the length of a form
          ProblemCode.CONTENT_TOO_LARGE, "At most " + Bytes.say(limit.toBytes()) + " are taken.");
    }
  }
}
