package org.tanada.common.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.row.RowsContract.Read;
import tools.jackson.core.JacksonException;

/** Reads and their answers as JSON: what one end writes the other understands, and nothing else. */
class RowJsonTests {
  private static final List<RowKey> KEYS =
      List.of(new RowKey("videos", 7), new RowKey("users", Long.MAX_VALUE));

  @ParameterizedTest
  @EnumSource
  void readsComeBackAsTheyWere(Consistency.Mode mode) {
    for (String token : new String[] {null, "a:1-7", "\"\u00e9"}) {
      for (Boolean partial : new Boolean[] {null, true, false}) {
        Read read = new Read(KEYS, new Consistency(mode, token), partial);

        assertThat(RowJson.read(RowJson.bytes(read), Read.class)).isEqualTo(read);
      }
    }
  }

  @Test
  void membersThatAreNotKnownArePassedOver() {
    assertThat(
            read(
                "{\"later\":{\"a\":[1,{}]},\"consistency\":{\"since\":[],\"mode\":\"ANY\"},"
                    + "\"keys\":[{\"table\":\"videos\",\"of\":{},\"id\":7}]}"))
        .isEqualTo(new Read(KEYS.subList(0, 1), Consistency.ANY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":null,\"consistency\":{\"mode\":\"ANY\"}}",
        "{\"keys\":{},\"consistency\":{\"mode\":\"ANY\"}}",
        "{\"keys\":[null],\"consistency\":{\"mode\":\"ANY\"}}",
        "{\"keys\":[7],\"consistency\":{\"mode\":\"ANY\"}}",
        "{\"keys\":[{\"table\":\"videos\",\"id\":\"7\"}],\"consistency\":{\"mode\":\"ANY\"}}",
        "{\"keys\":[{\"table\":\"videos\",\"id\":7}],\"consistency\":{\"mode\":\"ANY\"}",
        "{\"keys\":[],\"consistency\":null}",
        "{\"keys\":[],\"consistency\":\"ANY\"}",
        "{\"keys\":[],\"consistency\":{}}",
        "{\"keys\":[],\"consistency\":{\"mode\":null}}",
        "{\"keys\":[],\"consistency\":{\"mode\":\"any\"}}",
        "{\"keys\":[],\"consistency\":{\"mode\":0}}",
        "{\"keys\":[],\"consistency\":{\"mode\":\"ANY\",\"token\":[\"a\"]}}",
        "{\"keys\":[],\"consistency\":{\"mode\":\"ANY\"},\"partial\":\"yes\"}"
      })
  void whatIsNoReadIsRefused(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(JacksonException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rows\":[7]}",
        "{\"rows\":[\"a\"]}",
        "{\"rows\":[[]]}",
        "{\"rows\":[{\"table\":{}}]}"
      })
  void whatIsNoRowIsRefused(String json) {
    assertThatThrownBy(
            () -> RowJson.read(json.getBytes(StandardCharsets.UTF_8), RowsContract.Found.class))
        .isInstanceOf(JacksonException.class);
  }

  private static Read read(String json) {
    return RowJson.read(json.getBytes(StandardCharsets.UTF_8), Read.class);
  }
}
