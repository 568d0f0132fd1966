package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ProgramTests {
  @Test
  void oneThatTriesForeverIsEnded() throws IOException {
    Program ended =
        Program.run(null, Map.of(), Duration.ofMillis(200), "sh", "-c", "exec sleep 6000");

    assertThat(ended.code()).isEqualTo(128 + 15);
  }

  @Test
  void oneThatEndsInTimeHasSaidWhy() throws IOException {
    Program done =
        Program.run(
            null, Map.of(), Duration.ofMinutes(4), "sh", "-c", "echo a; echo why >&2; exit 3");

    assertThat(done).isEqualTo(new Program(3, "a\n", "why\n"));
    assertThat(done.reason()).isEqualTo("why");
  }
}
