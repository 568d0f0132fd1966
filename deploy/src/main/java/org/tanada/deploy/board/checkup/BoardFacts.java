package org.tanada.deploy.board.checkup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tanada.deploy.state.OperatorException;

/**
 * What a board told of itself: lines {@code key=value} of {@code board/facts.sh}. A key may come
 * several times; what the board does not have is not there.
 */
record BoardFacts(Map<String, List<String>> values) {
  /**
   * Reads what the script printed.
   *
   * @throws OperatorException if it did not run to its end
   */
  static BoardFacts parse(String output) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values
            .computeIfAbsent(line.substring(0, equals), key -> new ArrayList<>())
            .add(line.substring(equals + 1).strip());
      }
    }
    BoardFacts facts = new BoardFacts(values);
    if (facts.number("begin").isEmpty() || facts.number("end").isEmpty()) {
      throw new OperatorException(
          "the board broke off while it told of itself: run this again, look at its log");
    }
    return facts;
  }

  /** The value of a key. */
  Optional<String> text(String key) {
    return all(key).stream().findFirst();
  }

  /** All values of a key. */
  List<String> all(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** The value of a key, if it is a number. */
  OptionalLong number(String key) {
    return parseNumber(text(key).orElse(""));
  }

  /** All values of a key, taken apart; every one has at least that many parts. */
  List<List<String>> parts(String key, int least) {
    return all(key).stream()
        .map(value -> Arrays.asList(value.split("\\|", -1)))
        .filter(parts -> parts.size() >= least)
        .toList();
  }

  /** A number in decimal or, behind {@code 0x}, in hexadecimal digits. */
  static OptionalLong parseNumber(String text) {
    if (text.matches("-?[0-9]{1,18}")) {
      return OptionalLong.of(Long.parseLong(text));
    }
    return text.matches("0x[0-9a-fA-F]{1,15}")
        ? OptionalLong.of(Long.parseLong(text.substring(2), 16))
        : OptionalLong.empty();
  }
}
