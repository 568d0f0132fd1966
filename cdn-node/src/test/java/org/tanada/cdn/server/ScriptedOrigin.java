package org.tanada.cdn.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An origin whose every byte the test writes. Answers by path; readiness is always good. */
final class ScriptedOrigin implements AutoCloseable {
  private final ServerSocket server;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** Writes one answer. */
  interface Script {
    void answer(Call call) throws Exception;
  }

  ScriptedOrigin() {
    try {
      server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Not virtual: such a one keeps the socket open after close() until it wakes, and takes one
    // more.
    Thread.ofPlatform().daemon().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** For every request to the path, with any query. */
  void on(String path, Script script) {
    scripts.put(path, script);
  }

  /** The requests to the path so far. */
  List<Call> calls(String path) {
    return calls.stream().filter(call -> call.path().equals(path)).toList();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        if (server.isClosed()) { // it came at the last moment, and close() may not have seen it
          socket.close();
        }
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        Call call = read(in, socket);
        if (call == null) {
          return;
        }
        if (call.path().equals("/actuator/health/readiness")) {
          call.respond(200, "{}");
          continue;
        }
        calls.add(call);
        Script script = scripts.get(call.path());
        if (script == null) {
          call.respond(404, "nothing here", "Cache-Control: no-store");
        } else {
          script.answer(call);
        }
      }
    } catch (Exception e) {
      // the edge went away, or the script cut the connection
    }
  }

  private static Call read(InputStream in, Socket socket) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String field = line(in); field != null && !field.isEmpty(); field = line(in)) {
      int colon = field.indexOf(':');
      headers
          .computeIfAbsent(field.substring(0, colon), name -> new ArrayList<>())
          .add(field.substring(colon + 1).trim());
    }
    return new Call(parts[0], parts[1], headers, socket, socket.getOutputStream());
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Refuses connections from now on and cuts those that are open. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One request, and the means to answer it. */
  record Call(
      String method,
      String uri,
      Map<String, List<String>> headers,
      Socket socket,
      OutputStream out) {
    String path() {
      int question = uri.indexOf('?');
      return question < 0 ? uri : uri.substring(0, question);
    }

    String header(String name) {
      return headers.containsKey(name) ? String.join(", ", headers.get(name)) : null;
    }

    /** A whole answer with its length. */
    void respond(int status, String body, String... fields) throws IOException {
      respond(status, body.getBytes(StandardCharsets.UTF_8), fields);
    }

    void respond(int status, byte[] body, String... fields) throws IOException {
      List<String> all = new ArrayList<>(List.of(fields));
      if (status != 304 && status != 204) {
        all.add("Content-Length: " + body.length);
      }
      head(status, all.toArray(String[]::new));
      if (!method.equals("HEAD") && status != 304 && status != 204) {
        out.write(body);
      }
      out.flush();
    }

    void head(int status, String... fields) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
      boolean date = false;
      for (String field : fields) {
        head.append(field).append("\r\n");
        date |= field.toLowerCase(Locale.ROOT).startsWith("date:");
      }
      if (!date) {
        head.append("Date: ").append(Http.now()).append("\r\n");
      }
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    void chunk(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      write(bytes);
      write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void cut() throws IOException {
      socket.close();
    }
  }
}
