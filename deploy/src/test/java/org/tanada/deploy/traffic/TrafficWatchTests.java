package org.tanada.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficWatchTests {
  @TempDir private Path directory;

  @Test
  void theVerdictComparesBeforeAndAfterAndCountsFailures() throws IOException {
    TrafficLog log = new TrafficLog(directory.resolve("seconds.jsonl"));
    for (int i = 0; i < 6; i++) {
      log.add(new Second(i, 400, 9, 3, 10, Map.of("app-1", 400L)));
    }
    Queue<String> lines = new ConcurrentLinkedQueue<>();

    TrafficWatch watch = new TrafficWatch(log, lines::add).start();
    for (int i = 6; i < 12; i++) {
      log.add(new Second(i, 800, i == 7 ? 2 : 0, 2, 8, Map.of("app-1", 600L, "app-2", 200L)));
    }
    watch.close();

    assertThat(watch.verdict())
        .isEqualTo("2 of 4,800 requests failed; 400 → 800 requests/s; p99 10 → 8 ms");
    assertThat(lines).hasSize(6).first().asString().contains("app-1 75 %").contains("app-2 25 %");
  }

  @Test
  void aLineThatIsHalfWrittenIsReadLater() throws IOException {
    Path file = directory.resolve("seconds.jsonl");
    TrafficLog log = new TrafficLog(file);
    log.add(new Second(1, 1, 0, 1, 1, Map.of()));
    java.nio.file.Files.writeString(file, "{\"at\":2", java.nio.file.StandardOpenOption.APPEND);

    TrafficLog.Part first = log.read(0);
    java.nio.file.Files.writeString(
        file,
        ",\"requests\":5,\"failures\":0,\"p50\":1,\"p99\":1,\"servers\":{}}\n",
        java.nio.file.StandardOpenOption.APPEND);
    TrafficLog.Part second = log.read(first.next());

    assertThat(first.seconds()).hasSize(1);
    assertThat(second.seconds()).singleElement().extracting(Second::requests).isEqualTo(5L);
  }
}
