package org.tanada.common.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class TableTests {
  private static final Instant TIME = Instant.parse("2026-11-23T12:00:00.123456Z");
  private static final long MICROS = 1_795_435_200_123_456L;
  private static final Table<Thing> THINGS = new Table<>("things", Thing.class);

  @Test
  void recordBecomesColumns() {
    Map<String, @Nullable Object> values = THINGS.values(new Thing("a name", TIME, null, 5, true));

    assertThat(values)
        .containsEntry("display_name", "a name")
        .containsEntry("last_used_at", MICROS)
        .containsEntry("avatar_id", null)
        .containsEntry("revoked", true);
    assertThat(((Number) values.get("count")).longValue()).isEqualTo(5);
    assertThat(values)
        .containsOnlyKeys("display_name", "last_used_at", "avatar_id", "count", "revoked");
  }

  @Test
  void columnsBecomeTheRecord() {
    Map<String, Object> values = new HashMap<>();
    values.put("display_name", "a name");
    values.put("last_used_at", MICROS);
    values.put("avatar_id", 1L << 62);
    values.put("count", 7);
    values.put("revoked", false);
    values.put("a_newer_column", "of a later version");

    assertThat(THINGS.value(new Row("things", 1, 1, 1, 0, 0, values)))
        .isEqualTo(new Thing("a name", TIME, 1L << 62, 7, false));
  }

  @Test
  void namesAndTimesOfAnUpdateAreTranslated() {
    assertThat(THINGS.columns(Map.of("lastUsedAt", TIME, "display_name", "x")))
        .containsOnly(Map.entry("last_used_at", MICROS), Map.entry("display_name", "x"));
  }

  @Test
  void timesBeforeTheEpochAreExact() {
    Instant early = Instant.parse("1969-12-31T23:59:59.999999Z");

    assertThat(Table.micros(early)).isEqualTo(-1);
    assertThat(Table.instant(-1)).isEqualTo(early);
  }

  /** Public, so that its methods count for a mapper that goes by names. */
  public record Thing(
      String displayName,
      Instant lastUsedAt,
      @Nullable Long avatarId,
      long count,
      boolean revoked) {
    /** Looks like a property to a mapper that goes by names, and is none. */
    public boolean isFresh() {
      return count > 3;
    }

    public String getLabel() {
      return displayName + count;
    }
  }
}
