package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.tanada.app.page.Pages.Page;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Errors as pages, for browsers: a request outside {@code /api/} that would rather have HTML. All
 * others get the problem in JSON, from the advice that comes after this one. Who is not signed in
 * is sent to the sign-in page and comes back afterwards.
 */
@Component
final class PageErrors implements HandlerExceptionResolver, Ordered {
  private static final Logger log = LoggerFactory.getLogger(PageErrors.class);

  private final Pages pages;

  PageErrors(Pages pages) {
    this.pages = pages;
  }

  @Override
  public int getOrder() {
    return -1; // the composite with Spring's own resolvers has 0
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    if (response.isCommitted()
        || failure instanceof AsyncRequestNotUsableException
        || !wanted(request)) {
      return null;
    }
    Problem problem = problem(failure);
    try {
      if (problem.code().equals(ProblemCode.UNAUTHENTICATED.code())) {
        redirect(response, Next.signIn(request));
      } else if (problem.code().equals(ProblemCode.PROOF_REQUIRED.code())) {
        redirect(response, Next.proof(request));
      } else {
        write(response, failure, problem);
      }
    } catch (IOException e) {
      log.debug("the client left before its error page: {}", e.toString());
    }
    return new ModelAndView(); // done
  }

  /** Whether the client is a browser that looks at pages. */
  static boolean wanted(HttpServletRequest request) {
    String path = request.getRequestURI();
    if (path.startsWith("/api/") || path.startsWith("/actuator/")) {
      return false;
    }
    try {
      List<MediaType> accepted = MediaType.parseMediaTypes(request.getHeader(HttpHeaders.ACCEPT));
      return accepted.stream()
          .anyMatch(type -> !type.isWildcardType() && type.includes(MediaType.TEXT_HTML));
    } catch (InvalidMediaTypeException e) {
      return false; // a browser knows how to ask
    }
  }

  private static void redirect(HttpServletResponse response, String address) throws IOException {
    response.setStatus(303);
    response.setHeader(HttpHeaders.LOCATION, address);
    response.setHeader(HttpHeaders.CACHE_CONTROL, PageHeaders.PRIVATE);
    response.flushBuffer();
  }

  private void write(HttpServletResponse response, Exception failure, Problem problem)
      throws IOException {
    HttpHeaders headers = PageHeaders.html("no-store");
    if (failure instanceof ErrorResponse known) {
      headers.addAll(known.getHeaders()); // Allow of a 405
    }
    if (problem.status() == 503) {
      headers.set(HttpHeaders.RETRY_AFTER, "1");
    }
    byte[] body =
        pages.render(
            Page.shared(
                "error",
                problem.title(),
                problem.title() + ".",
                Map.of(
                    "status",
                    problem.status(),
                    "title",
                    problem.title(),
                    "detail",
                    problem.detail(),
                    "code",
                    problem.code())));
    response.setStatus(problem.status());
    headers.forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static Problem problem(Exception failure) {
    if (failure instanceof ProblemException e) {
      if (e.code().status() >= 500) {
        log.warn("{}: {}", e.code().code(), e.getMessage(), e.getCause());
      }
      return e.problem();
    }
    if (failure instanceof MethodArgumentTypeMismatchException) {
      return Problem.of(ProblemCode.NOT_FOUND, ProblemCode.NOT_FOUND.advice());
    }
    if (failure instanceof MaxUploadSizeExceededException) {
      return Problem.of(ProblemCode.CONTENT_TOO_LARGE, "The file is larger than what we take.");
    }
    if (failure instanceof ErrorResponse known) {
      ProblemCode code = ProblemCode.ofStatus(known.getStatusCode().value());
      return Problem.of(code, code.advice());
    }
    log.error("unexpected failure", failure);
    return Problem.of(ProblemCode.INTERNAL, ProblemCode.INTERNAL.advice());
  }
}
