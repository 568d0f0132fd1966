package org.tanada.deploy.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;

/**
 * Starts a node's process so that it outlives us: its output goes to a file that is opened for
 * appending, and its input is empty.
 */
final class Launch {
  private Launch() {}

  static Process start(
      Home home, String node, List<String> command, Map<String, String> environment)
      throws IOException {
    Path log = home.log(node);
    StateFiles.privateDirectory(home.node(node));
    StateFiles.privateDirectory(StateFiles.parent(log));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(home.node(node).toFile());
    // only what is needed is handed down: no secrets of the caller's shell
    Map<String, String> own = builder.environment();
    String path = own.get("PATH");
    String locale = own.get("LANG");
    own.clear();
    own.put("PATH", path == null ? "/usr/bin:/bin:/usr/sbin:/sbin" : path);
    own.put("LANG", locale == null ? "C.UTF-8" : locale);
    own.put("HOME", home.node(node).toString());
    own.putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }
}
