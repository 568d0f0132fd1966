package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Write;

/** A primary whose disk is full: a small file system in memory, mounted for the test. */
@Tag("servers")
final class FullDiskTests {
  @Test
  void writesFailWithAClearProblemAndGoOnWhenThereIsRoomAgain() throws Exception {
    Servers servers = Servers.get();
    Assumptions.assumeTrue(
        servers instanceof MariaDbServers, "the disk of a container is the engine's");
    Path data = Files.createDirectories(servers.directory.resolve("full-1-a"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", data.toString()),
        "mounting a file system takes root's rights");
    try {
      Servers.Database database = servers.fresh("full-1-a");
      try (Router router =
          new Router(
              "full-router",
              servers.inventory("mysql-1:\n" + database.line()),
              2,
              Map.of("tanada.router.database.read-timeout", "2s"))) {
        router.awaitReady();
        List<Long> kept = new ArrayList<>();
        long first = Router.id(0);
        router.commit(first, description(first));
        kept.add(first);

        Path filler = data.resolve("filler");
        fill(filler);
        ProblemException full = null;
        for (int i = 0; full == null; i++) { // there is some room in what is allocated
          assertThat(i).as("writes to a full disk").isLessThan(5_000);
          long id = Router.id(0);
          try {
            router.commit(id, description(id));
            kept.add(id);
          } catch (ProblemException e) {
            full = e;
          }
        }
        assertThat(full.code())
            .as(full.getMessage())
            .isIn(ProblemCode.STORAGE_FULL, ProblemCode.UNAVAILABLE);
        assertThat(full.shard()).isEqualTo(0);
        System.out.println("a full disk: " + full.code() + ", " + full.getMessage());

        Files.delete(filler);
        // MariaDB gives up or looks for room once a minute: whoever makes room starts it anew
        database.kill();
        database.start();
        database.awaitUp();
        router.awaitReady();
        long last = Router.id(0);
        router.commit(last, description(last));
        kept.add(last);
        for (long id : kept) {
          assertThat(router.find("videos", id, Consistency.PRIMARY)).isNotNull();
        }
      } finally {
        database.remove();
      }
    } finally {
      assertThat(run("umount", "-l", data.toString())).isTrue();
    }
  }

  private static Write description(long id) {
    return Router.insert("videos", id, Map.of("title", "full", "description", "x".repeat(60_000)));
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (Files.getFileStore(file).getUsableSpace() > 0) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
