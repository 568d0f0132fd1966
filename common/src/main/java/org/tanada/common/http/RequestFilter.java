package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.timing.ServerTiming;

/** Continues the trace and tells the way of the request, on every answer of a servlet service. */
final class RequestFilter extends OncePerRequestFilter {
  private final NodeProperties node;

  RequestFilter(NodeProperties node) {
    this.node = node;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    TraceContext trace = TraceContext.continueFrom(request.getHeader(TanadaHeaders.TRACEPARENT));
    trace.bind();
    Timed timed = new Timed(response, ServerTiming.begin(), node, trace);
    try {
      chain.doFilter(request, timed);
      timed.tell();
    } finally {
      ServerTiming.end();
      TraceContext.unbind();
    }
  }

  /** Adds the headers as late as possible: when the body begins, or at the end if there is none. */
  private static final class Timed extends HttpServletResponseWrapper {
    private final long began = System.nanoTime();
    private final ServerTiming timing;
    private final NodeProperties node;
    private final TraceContext trace;
    private boolean told;

    Timed(
        HttpServletResponse response,
        ServerTiming timing,
        NodeProperties node,
        TraceContext trace) {
      super(response);
      this.timing = timing;
      this.node = node;
      this.trace = trace;
    }

    void tell() {
      if (!told && !isCommitted()) {
        told = true;
        double millis = (System.nanoTime() - began) / 1e6;
        setHeader(ServerTiming.HEADER, timing.header(node.timingName(), node.node(), millis));
        setHeader(TanadaHeaders.TRACEPARENT, trace.traceparent());
        if (node.timingName().equals("app")) {
          setHeader(TanadaHeaders.NODE, node.node());
        }
      }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      tell();
      return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
      tell();
      return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
      tell();
      super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
      tell();
      super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
      tell();
      super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
      tell();
      super.sendRedirect(location);
    }
  }
}
