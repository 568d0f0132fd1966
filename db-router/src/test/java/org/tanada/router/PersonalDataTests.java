package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code personal-data.txt} says of every table what becomes of it when a user goes, and what an
 * export shows: whoever adds a table has to decide it.
 */
class PersonalDataTests {
  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final Pattern CREATED =
      Pattern.compile("CREATE TABLE (?:IF NOT EXISTS )?(\\w+) \\(");
  private static final Pattern LINE =
      Pattern.compile("(\\w+) +(deleted|kept) +(exported:[a-z-]+\\.json|-)(?: +# (.+))?");

  @Test
  void everyTableIsDecidedOnAndNoOther() throws IOException {
    List<String> decided = lines().stream().map(line -> matched(line).group(1)).toList();

    assertThat(decided).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(decided)).isEqualTo(tables());
  }

  @Test
  void whatIsKeptHasAReason() throws IOException {
    assertThat(lines())
        .allSatisfy(line -> {
          Matcher decision = matched(line);
          if (decision.group(2).equals("kept") || decision.group(3).equals("-")) {
            assertThat(decision.group(4)).as(line).isNotBlank();
          }
        });
  }

  private static Matcher matched(String line) {
    Matcher decision = LINE.matcher(line);
    assertThat(decision.matches()).as(line).isTrue();
    return decision;
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(RESOURCES.resolve("personal-data.txt")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  private static Set<String> tables() throws IOException {
    Set<String> tables = new TreeSet<>();
    List<Path> migrations = new ArrayList<>();
    try (Stream<Path> files = Files.list(RESOURCES.resolve("db/migration"))) {
      files.forEach(migrations::add);
    }
    for (Path migration : migrations) {
      Matcher created = CREATED.matcher(Files.readString(migration));
      while (created.find()) {
        tables.add(created.group(1));
      }
    }
    return tables;
  }
}
