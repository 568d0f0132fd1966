package org.tanada.deploy.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.topology.PlannedNode;

/** Runs a memcached of 64 MB. */
public final class MemcachedRunner implements NodeRunner {
  private static final int MEGABYTES = 64;

  private final Home home;

  MemcachedRunner(Home home) {
    this.home = home;
  }

  @Override
  public Started start(Wanted wanted) throws IOException {
    List<String> command =
        new ArrayList<>(command(Binaries.need("memcached"), wanted.node(), MEGABYTES));
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("-u", "root"));
    }
    Process process = Launch.start(home, wanted.node().name(), command, Map.of());
    return new Started(process, Versions.of("memcached", "-V"), "");
  }

  /** What starts a node in the foreground. */
  public static List<String> command(String program, PlannedNode node, int megabytes) {
    return List.of(
        program,
        "-l",
        node.host(),
        "-p",
        Integer.toString(node.port()),
        "-U",
        "0",
        "-m",
        Integer.toString(megabytes),
        "-c",
        "512",
        "-t",
        "2");
  }

  @Override
  public Probe probe(Wanted wanted) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted.node().port()), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("version\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(7);
      boolean speaks = new String(answer, StandardCharsets.US_ASCII).equals("VERSION");
      return speaks ? Probe.READY : Probe.notReady("its port is not memcached's");
    } catch (IOException e) {
      return Probe.SILENT;
    }
  }
}
