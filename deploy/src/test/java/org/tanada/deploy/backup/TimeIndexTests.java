package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.backup.TimeIndex.Row;

class TimeIndexTests {
  @TempDir Path directory;

  private static Row row(String time, String position) {
    Instant at = Instant.parse(time);
    return new Row(at.getEpochSecond() * 1_000_000 + at.getNano() / 1000, position);
  }

  @Test
  void aMomentHasTheRowBeforeItAlsoAcrossMidnight() throws IOException {
    TimeIndex index = new TimeIndex(directory);
    Row late = row("2026-11-22T23:59:59.750Z", "1-11-7");
    Row early = row("2026-11-23T00:00:00.250Z", "1-11-9");
    index.add(List.of(late, early));

    assertThat(directory.resolve("index-2026-11-22")).exists();
    assertThat(index.last()).contains(early);
    assertThat(index.at(Instant.parse("2026-11-23T00:00:00.100Z"))).contains(late);
    assertThat(index.at(Instant.parse("2026-11-23T00:00:00.250Z"))).contains(early);
    assertThat(index.at(Instant.parse("2026-11-22T00:00:00Z"))).isEmpty();
  }

  @Test
  void aLineThatWasCutOffIsNone() throws IOException {
    TimeIndex index = new TimeIndex(directory);
    Row whole = row("2026-11-22T10:00:00Z", "1-11-7");
    index.add(List.of(whole));
    Files.writeString(
        directory.resolve("index-2026-11-22"), "1795341601000000 1-11-", StandardOpenOption.APPEND);

    assertThat(index.last()).contains(whole);
    assertThat(new MariaDb().count(whole.position())).isEqualTo(7);
  }
}
