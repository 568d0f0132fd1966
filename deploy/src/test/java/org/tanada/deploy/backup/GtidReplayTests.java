package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What MySQL's own words say of logs; a whole system that is backed up is ContainerBackupIT's. */
class GtidReplayTests {
  private static final String HEAD =
      """
      # The proper term is pseudo_replica_mode, but we use this compatibility alias
      /*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;
      # at 4
      #261130 13:00:00 server id 11  end_log_pos 126 CRC32 0x0 	Start: binlog v 4
      # at 126
      #261130 13:00:00 server id 11  end_log_pos 237 CRC32 0x0 	Previous-GTIDs
      """;

  private static Optional<String> before(String printed) throws IOException {
    return GtidReplay.before(new BufferedReader(new StringReader(printed)));
  }

  @Test
  void fileSaysWhichTransactionsCameBeforeIt() throws IOException {
    String sets =
        """
        # 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7,
        # 4e11fa47-71ca-11e1-9e33-c80aa9429562:1-3
        # at 237
        """;

    assertThat(before(HEAD + sets))
        .contains(
            "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7,4e11fa47-71ca-11e1-9e33-c80aa9429562:1-3");
  }

  @Test
  void firstFileOfAllHasNoneBeforeIt() throws IOException {
    assertThat(before(HEAD + "# [empty]\n# at 157\n")).contains("");
  }

  @Test
  void fileThatWasCutBeforeItSaysSoIsNoneToBeginWith() throws IOException {
    assertThat(before(HEAD.substring(0, HEAD.indexOf("# at 126")))).isEmpty();
  }

  @Test
  void backupKnowsItsDialect() {
    assertThat(Dialect.of(manifest(Map.of("restic", "0.18")))).isEqualTo(new MariaDb());
    assertThat(Dialect.of(manifest(Map.of("mysql", "9.7", "restic", "0.18"))))
        .isEqualTo(new MySql());
  }

  private static Manifest manifest(Map<String, String> tools) {
    return new Manifest(
        1,
        1,
        java.time.Instant.EPOCH,
        java.time.Instant.EPOCH,
        java.util.List.of(),
        java.util.List.of(),
        tools);
  }
}
