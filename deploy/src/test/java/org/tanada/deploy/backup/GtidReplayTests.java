package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What MySQL's own words say of logs; a whole system that is backed up is ContainerBackupIT's. */
class GtidReplayTests {
  private static final String SERVER = "82aea707-ecc5-11f1-8b3d-0242ac140002";
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
  void momentIsCutByTheTimesOfCommitsToTheMicrosecond() throws IOException {
    Instant cut = Instant.parse("2026-11-30T13:54:48.907726Z");

    assertThat(committed(cut)).containsExactly(SERVER + ":1", SERVER + ":2");
    assertThat(committed(cut.minusNanos(1000))).containsExactly(SERVER + ":1");
    assertThat(committed(Instant.EPOCH)).isEmpty();
  }

  private static List<String> committed(Instant cut) throws IOException {
    String printed =
        HEAD
            + commit(1, "1796046888882205", "2026-11-30 13:54:48.882205")
            + commit(2, "1796046888907726", "2026-11-30 13:54:48.907726")
            + commit(3, "1796046888911440", "2026-11-30 13:54:48.911440")
            + "SET @@SESSION.GTID_NEXT= 'AUTOMATIC' /* added by mysqlbinlog */ /*!*/;\n";
    return GtidReplay.committed(new BufferedReader(new StringReader(printed)), cut);
  }

  /** As mysqlbinlog 9.7 prints it on a replica, which commits later. */
  private static String commit(int number, String micros, String words) {
    return """
    #261130 13:54:48 server id 11  end_log_pos 235 CRC32 0x16e4ad00 	GTID	last_committed=0
    # original_commit_timestamp=%1$s (%2$s UTC)
    # immediate_commit_timestamp=1796046999999999 (2026-11-30 13:56:39.999999 UTC)
    /*!80001 SET @@session.original_commit_timestamp=%1$s*//*!*/;
    SET @@SESSION.GTID_NEXT= '%3$s:%4$d'/*!*/;
    BEGIN
    """
        .formatted(micros, words, SERVER, number);
  }

  @Test
  void backupKnowsItsDialect() {
    assertThat(Dialect.of(manifest(Map.of("restic", "0.18")))).isEqualTo(new MariaDb());
    assertThat(Dialect.of(manifest(Map.of("mysql", "9.7", "restic", "0.18"))))
        .isEqualTo(new MySql());
  }

  private static Manifest manifest(Map<String, String> tools) {
    return new Manifest(1, 1, Instant.EPOCH, Instant.EPOCH, List.of(), List.of(), tools);
  }
}
