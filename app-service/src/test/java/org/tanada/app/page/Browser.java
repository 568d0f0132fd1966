package org.tanada.app.page;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** As much of a browser as pages without scripts need: cookies, forms, and what is asked for. */
final class Browser {
  private static final String BOUNDARY = "----tanada-test";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final String credential;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private String frontDoor = "";

  Browser(int port, String credential) {
    this.base = URI.create("http://127.0.0.1:" + port);
    this.credential = credential;
  }

  /** The same, by this host of the front door. */
  Browser at(String host) {
    frontDoor = host;
    return this;
  }

  Map<String, String> cookies() {
    return cookies;
  }

  HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  /** Fields as name, value, name, value. */
  HttpResponse<String> post(String path, String... fields) {
    return postFrom("same-origin", path, fields);
  }

  /** A form on a page of that {@code Sec-Fetch-Site}. */
  HttpResponse<String> postFrom(String site, String path, String... fields) {
    Map<String, String> form = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      form.put(fields[i], fields[i + 1]);
    }
    String body =
        form.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        request(path)
            .setHeader("Content-Type", "application/x-www-form-urlencoded")
            .setHeader("Sec-Fetch-Site", site)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** A form with one file, and fields as name, value, name, value. */
  HttpResponse<String> postFile(
      String path, String field, String type, byte[] file, String... fields) {
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      head.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + fields[i])
          .append("\"\r\n\r\n" + fields[i + 1] + "\r\n");
    }
    head.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field)
        .append("\"; filename=\"f\"\r\nContent-Type: " + type + "\r\n\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
    byte[] end = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[start.length + file.length + end.length];
    System.arraycopy(start, 0, body, 0, start.length);
    System.arraycopy(file, 0, body, start.length, file.length);
    System.arraycopy(end, 0, body, start.length + file.length, end.length);
    return send(
        request(path)
            .setHeader("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .setHeader("Sec-Fetch-Site", "same-origin")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  /** The value of a hidden field on a page. */
  static String hidden(HttpResponse<String> page, String name) {
    Matcher matcher =
        Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(page.body());
    if (!matcher.find()) {
      throw new AssertionError("no hidden field " + name);
    }
    return matcher.group(1);
  }

  static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("none, status " + answer.statusCode());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .setHeader("Tanada-Service-Credential", credential)
            .setHeader("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
            .setHeader("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    if (!frontDoor.isEmpty()) {
      request.setHeader("X-Forwarded-Host", frontDoor);
    }
    if (!cookies.isEmpty()) {
      request.setHeader(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      for (String cookie : answer.headers().allValues("Set-Cookie")) {
        String pair = cookie.split(";", 2)[0];
        String name = pair.substring(0, pair.indexOf('='));
        String value = pair.substring(pair.indexOf('=') + 1);
        if (value.isEmpty()) {
          cookies.remove(name);
        } else {
          cookies.put(name, value);
        }
      }
      return answer;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
