package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.timing.ServerTiming;

/**
 * Continues the trace and tells the way of the request, on every answer of a servlet service; and
 * lets a short answer leave whole, with its length, whoever flushes: a caller then knows of a lost
 * one that it is lost, and can ask again.
 */
final class RequestFilter extends OncePerRequestFilter {
  /** Bytes; a longer answer leaves in parts of this size. */
  private static final int WHOLE_ANSWER = 32 * 1024;

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
    ClientAddress.bind(request.getHeader(TanadaHeaders.FORWARDED_FOR));
    response.setBufferSize(WHOLE_ANSWER);
    Timed timed = new Timed(response, ServerTiming.begin(), node, trace);
    try {
      chain.doFilter(request, timed);
      timed.tell();
    } finally {
      ServerTiming.end();
      TraceContext.unbind();
      ClientAddress.unbind();
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
      ServletOutputStream out = super.getOutputStream();
      return mayFlush() ? out : new Unflushed(out);
    }

    @Override
    public PrintWriter getWriter() throws IOException {
      tell();
      return super.getWriter();
    }

    /** Events go out one by one; all else when its buffer is full or it is complete. */
    private boolean mayFlush() {
      String type = getContentType();
      return type != null && type.startsWith(MediaType.TEXT_EVENT_STREAM_VALUE);
    }

    @Override
    public void flushBuffer() throws IOException {
      tell();
      if (mayFlush()) {
        super.flushBuffer();
      }
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

  /** An output that is flushed by its end alone. */
  private static final class Unflushed extends ServletOutputStream {
    private final ServletOutputStream out;

    Unflushed(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
      out.write(octet);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      out.write(bytes);
    }

    @Override
    public void flush() {
      // the buffer goes out when it is full, or at the end
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }
}
