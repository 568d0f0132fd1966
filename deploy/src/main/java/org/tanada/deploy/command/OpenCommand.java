package org.tanada.deploy.command;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.build.Binaries;
import picocli.CommandLine.Command;

/** Opens the shop in the browser. */
@Command(name = "open", description = "Opens the shop in the browser, and prints its address.")
public final class OpenCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    String url = launcher().frontDoor() + "/";
    say(url);
    answer(Map.of("url", url));
    boolean desktop = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
    if (desktop && terminal.interactive()) {
      browse(url);
    }
    return DONE;
  }

  private static void browse(String url) throws IOException {
    Optional<String> opener = Binaries.find("xdg-open").map(Object::toString);
    if (opener.isPresent()) {
      new ProcessBuilder(List.of(opener.get(), url))
          .redirectErrorStream(true)
          .redirectOutput(new File("/dev/null"))
          .start();
    }
  }
}
