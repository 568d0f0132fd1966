package org.tanada.app.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Failures after the first bytes have gone out: no problem can be told any more, and written behind
 * what is there it would make half an answer look whole. The failure goes on to Tomcat, which
 * closes the connection without the end of the body.
 */
@Component
final class BrokenOffAnswers implements HandlerExceptionResolver, Ordered {
  private static final Logger log = LoggerFactory.getLogger(BrokenOffAnswers.class);

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    if (!response.isCommitted()) {
      return null;
    }
    if (failure instanceof IOException) {
      log.debug("the client left before the end of its answer: {}", failure.toString());
      return new ModelAndView(); // there is nobody to tell
    }
    log.warn("{} {} breaks off", request.getMethod(), request.getRequestURI(), failure);
    throw new IllegalStateException("The answer breaks off.", failure);
  }
}
