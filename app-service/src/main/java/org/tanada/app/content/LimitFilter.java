package org.tanada.app.content;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.app.config.AppProperties;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Refuses header fields and JSON bodies beyond their limits, before anybody reads them. */
final class LimitFilter extends OncePerRequestFilter {
  private final AppProperties properties;
  private final ProblemWriter problems;

  LimitFilter(AppProperties properties, ProblemWriter problems) {
    this.properties = properties;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long headers = headerSize(request);
    if (headers > properties.maxHeaderSize().toBytes()) {
      problems.write(
          response,
          Problem.of(
              ProblemCode.HEADERS_TOO_LARGE,
              "At most " + properties.maxHeaderSize().toBytes() + " bytes of headers are taken."));
      return;
    }
    String path = request.getRequestURI();
    if (!path.startsWith("/api/") || isUpload(path)) {
      chain.doFilter(request, response); // files and forms have limits of their own
      return;
    }
    DataSize limit = properties.maxJsonSize();
    if (request.getContentLengthLong() > limit.toBytes()) {
      ProblemException tooLarge = BoundedStream.tooLarge(limit);
      problems.write(response, tooLarge.problem());
      return;
    }
    chain.doFilter(new Bounded(request, limit), response);
  }

  private static boolean isUpload(String path) {
    return path.endsWith("/content") || path.endsWith("/avatar");
  }

  private static long headerSize(HttpServletRequest request) {
    long size = 0;
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        size += name.length() + value.length() + 4L; // colon, space and line end
      }
    }
    return size;
  }

  /** A body whose length was not announced may still turn out too long. */
  private static final class Bounded extends HttpServletRequestWrapper {
    private final DataSize limit;

    Bounded(HttpServletRequest request, DataSize limit) {
      super(request);
      this.limit = limit;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      ServletInputStream raw = super.getInputStream();
      return new BoundedServletStream(raw, new BoundedStream(raw, limit));
    }
  }

  private static final class BoundedServletStream extends ServletInputStream {
    private final ServletInputStream raw;
    private final BoundedStream bounded;

    BoundedServletStream(ServletInputStream raw, BoundedStream bounded) {
      this.raw = raw;
      this.bounded = bounded;
    }

    @Override
    public int read() throws IOException {
      return bounded.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return bounded.read(buffer, offset, length);
    }

    @Override
    public boolean isFinished() {
      return raw.isFinished();
    }

    @Override
    public boolean isReady() {
      return raw.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      raw.setReadListener(listener);
    }
  }
}
