package org.tanada.deploy.nginx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.tls.InsideTls;
import tools.jackson.databind.json.JsonMapper;

/**
 * The front door's configuration: the templates of the folder {@code nginx/}, filled in for this
 * installation. Below the prefix directory, {@code conf} is a link to the version in force; a new
 * version is written beside it, checked by nginx itself, and the link moved, so that nginx never
 * sees half of one.
 */
public final class NginxConfiguration {
  private static final String CREDENTIAL_FILE = "includes/credential.conf";
  private static final String PROBLEM_PAGE = "problems/.problem/page.html";
  private static final String STYLE = "<style>";
  private static final String INSIDE_FILE = "includes/inside.conf";
  private static final String STREAM_FILE = "stream.d/read-only-sql.conf";

  /** How long a server behind may take to be there. */
  private static final String CONNECT = "500ms";

  /**
   * The same where it then has to show who it is: on a small board a first handshake takes long.
   */
  private static final String TLS_CONNECT = "2s";

  private final Path templates;
  private final NginxBinary nginx;
  private final NginxSettings settings;
  private final JsonMapper json = JsonMapper.builder().build();

  /** For the templates in that folder, which is {@code nginx/} of a clone or of a release. */
  public NginxConfiguration(Path templates, NginxBinary nginx, NginxSettings settings) {
    this.templates = templates;
    this.nginx = nginx;
    this.settings = settings;
  }

  /**
   * Brings the configuration up to the topology.
   *
   * @return whether it changed, so that a running nginx has to be reloaded
   * @throws IllegalStateException if nginx refuses it; the version before stays in force
   */
  public boolean render(Map<String, List<Node>> tiers) throws IOException {
    Versions versions = new Versions(settings.directory(), CREDENTIAL_FILE);
    Path version = write(versions, tiers);
    if (versions.inForce(version)) {
      return false;
    }
    NginxBinary.run(command(version, "-t"));
    versions.put(version);
    return true;
  }

  /**
   * Like {@link #render}, for an nginx that is not on this machine: it checks by itself when it
   * starts.
   */
  public void renderUnchecked(Map<String, List<Node>> tiers) throws IOException {
    Versions versions = new Versions(settings.directory(), CREDENTIAL_FILE);
    Path version = write(versions, tiers);
    if (!versions.inForce(version)) {
      versions.put(version);
    }
  }

  private Path write(Versions versions, Map<String, List<Node>> tiers) throws IOException {
    for (String directory : List.of("run", "logs", "tmp")) {
      Files.createDirectories(settings.directory().resolve(directory));
    }
    return versions.write(files(tiers));
  }

  /** Starts nginx in the foreground. */
  public List<String> startCommand() {
    return command(current(), "-g", "daemon off;");
  }

  /** Makes the running nginx take the configuration that {@link #render} has written. */
  public List<String> reloadCommand() {
    return command(current(), "-s", "reload");
  }

  /** Makes the running nginx finish what it has and end. */
  public List<String> quitCommand() {
    return command(current(), "-s", "quit");
  }

  /** Makes the running nginx open its log files anew, after they have been renamed. */
  public List<String> reopenLogsCommand() {
    return command(current(), "-s", "reopen");
  }

  private Path current() {
    return settings.directory().resolve(Versions.LINK);
  }

  private List<String> command(Path configuration, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                nginx.executable().toString(),
                "-p",
                settings.directory() + "/",
                "-e",
                settings.directory().resolve("logs/error.log").toString(),
                "-c",
                configuration.resolve("nginx.conf").toString()));
    command.addAll(List.of(more));
    return command;
  }

  /** Every file of the configuration: path below {@code conf} to content. */
  private Map<String, String> files(Map<String, List<Node>> tiers) throws IOException {
    String problemPage = Files.readString(templates.resolve(PROBLEM_PAGE));
    Upstreams upstreams = new Upstreams(tiers, settings.resolver().isPresent());
    Map<String, String> values = values(upstreams);
    values.put("PROBLEM_STYLE", styleSource(problemPage));
    Map<String, String> files = new TreeMap<>();
    List<Path> sources;
    Path root = templates.toRealPath();
    try (Stream<Path> walk = Files.walk(root)) {
      sources = walk.filter(Files::isRegularFile).toList();
    }
    for (Path source : sources) {
      String name = root.relativize(source).toString();
      boolean wanted =
          switch (name) {
            case STREAM_FILE -> !values.getOrDefault("SQL_CLUSTERS", "").isEmpty();
            case "includes/tls.conf" -> settings.certificate().isPresent();
            case INSIDE_FILE -> upstreams.speakTls();
            default -> name.endsWith(".conf");
          };
      if (wanted) {
        files.put(name, Template.fill(Files.readString(source), values));
      }
    }
    if (!files.containsKey("nginx.conf") || !files.containsKey(CREDENTIAL_FILE)) {
      throw new IOException(templates + " does not hold the templates of nginx");
    }
    addProblems(files, problemPage);
    return files;
  }

  private void addProblems(Map<String, String> files, String page) {
    for (ProblemCode code : ProblemCode.values()) {
      String path = "problems/.problem/" + code.code();
      files.put(path + ".json", json.writeValueAsString(Problem.of(code, code.advice())) + "\n");
      files.put(
          path + ".html",
          Template.fill(
              page,
              Map.of(
                  "STATUS", String.valueOf(code.status()),
                  "CODE", code.code(),
                  "TITLE", escape(code.title()),
                  "ADVICE", escape(code.advice()))));
    }
  }

  /** The page's one style sheet as a content policy names it: by its digest. */
  private static String styleSource(String page) {
    int start = page.indexOf(STYLE) + STYLE.length();
    int end = page.indexOf("</style>");
    if (start < STYLE.length() || end < start || page.indexOf(STYLE, end) >= 0) {
      throw new IllegalArgumentException(PROBLEM_PAGE + " does not hold one style sheet");
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(bytes(page.substring(start, end)));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private Map<String, String> values(Upstreams upstreams) {
    boolean tls = settings.certificate().isPresent();
    Map<String, String> values = new TreeMap<>();
    values.put(
        "LOAD_MODULES",
        nginx.streamModule().map(module -> "load_module " + module + ";").orElse(""));
    // As root, nginx would hand its workers to "nobody", who cannot read this directory.
    values.put("USER", "root".equals(System.getProperty("user.name")) ? "user root;" : "");
    values.put(
        "KEEPALIVE_MIN_TIMEOUT",
        nginx.version().atLeast(1, 27, 4) ? "keepalive_min_timeout 2s; # while reloading" : "");
    values.put(
        "RESOLVER",
        settings
            .resolver()
            .map(server -> "  resolver " + server + " valid=1s ipv6=off;")
            .orElse(""));
    values.put("DEFAULT_REGION", settings.regions().getFirst());
    values.put("REGION_BY_HOST", regionByHost());
    values.put("STRICT_TRANSPORT_HOSTS", strictTransportHosts());
    values.put("EDGE_POOLS", upstreams.edgePools(settings.regions()));
    values.put("LB_SERVERS", upstreams.balancers());
    values.put("EDGES_MISSING", upstreams.has("edge") ? "0" : "1");
    values.put("BALANCERS_MISSING", upstreams.has("lb") ? "0" : "1");
    values.put("LISTEN", listen(""));
    values.put("LISTEN_DEFAULT", listen(" default_server"));
    values.put("TLS", tls ? tls() : "");
    values.put("SERVER_NAMES", serverNames());
    values.put("CERTIFICATE", settings.certificate().map(c -> quoted(c.chain())).orElse(""));
    values.put("CERTIFICATE_KEY", settings.certificate().map(c -> quoted(c.key())).orElse(""));
    boolean inside = upstreams.speakTls();
    values.put("INSIDE_SCHEME", inside ? "https" : "http");
    values.put("INSIDE", inside ? "include " + INSIDE_FILE + ";" : "");
    values.put("INSIDE_CONNECT", inside ? TLS_CONNECT : CONNECT);
    values.put("INSIDE_NAME", InsideTls.NAME);
    values.put("INSIDE_AUTHORITY", quoted(settings.insideAuthority()));
    values.put("EDGE_CREDENTIAL", settings.credentials().edge());
    values.put("LB_CREDENTIAL", settings.credentials().lb());
    values.put(
        "SQL_CLUSTERS",
        nginx.stream()
            ? upstreams.sqlClusters(settings.bindAddress(), settings.sqlPortBase())
            : "");
    return values;
  }

  private String listen(String suffix) {
    String tlsSuffix = http2Directive() ? " ssl" : " ssl http2";
    List<String> lines = new ArrayList<>();
    for (String address : addresses()) {
      lines.add("  listen " + address + ":" + settings.httpPort() + suffix + ";");
      if (settings.certificate().isPresent()) {
        lines.add("  listen " + address + ":" + settings.httpsPort() + tlsSuffix + suffix + ";");
      }
    }
    return String.join("\n", lines);
  }

  private String tls() {
    return (http2Directive() ? "  http2 on;\n" : "") + "  include includes/tls.conf;";
  }

  /** Since 1.25.1 a directive of its own; as a parameter of listen it is deprecated there. */
  private boolean http2Directive() {
    return nginx.version().atLeast(1, 25, 1);
  }

  /** Browsers try {@code ::1} for localhost, too. */
  private List<String> addresses() {
    String address = settings.bindAddress();
    boolean alsoSix = address.equals("127.0.0.1") && hasSixLoopback();
    return alsoSix ? List.of(address, "[::1]") : List.of(address);
  }

  private static boolean hasSixLoopback() {
    try (ServerSocket probe = new ServerSocket()) {
      byte[] loopback = new byte[16];
      loopback[15] = 1;
      probe.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0));
      return true;
    } catch (IOException e) {
      return false; // that is the answer
    }
  }

  private String serverNames() {
    List<String> names = new ArrayList<>(List.of("localhost", "*.localhost", "127.0.0.1", "[::1]"));
    for (String host : settings.hostNames()) {
      names.add(host);
      settings.regions().forEach(region -> names.add(region + "." + host));
    }
    return String.join(" ", names.stream().distinct().toList());
  }

  private String regionByHost() {
    return String.join(
        "\n",
        settings.regions().stream()
            .map(region -> "  \"~^" + region + "\\.\" " + region + ";")
            .toList());
  }

  private String strictTransportHosts() {
    return String.join(
        "\n",
        settings.hostNames().stream()
            .filter(host -> !host.equals("localhost") && !host.endsWith(".localhost"))
            .filter(host -> host.matches(".*[a-z].*"))
            .map(host ->
                "  \"~^https (.+\\.)?"
                    + host.replace(".", "\\.")
                    + "$\" \"max-age=31536000; includeSubDomains\";")
            .toList());
  }

  private static String quoted(Path path) {
    return "\"" + path.toAbsolutePath() + "\"";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /** The bytes of a file of the configuration. */
  static byte[] bytes(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }
}
