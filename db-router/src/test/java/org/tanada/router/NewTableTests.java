package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** Adds a table as docs/internals.md says, by the very lines that stand there. */
@Tag("servers")
final class NewTableTests {
  private static final Path DOCUMENT = Path.of("../docs/internals.md");
  private static final Path HERE = Path.of("src/test/java/org/tanada/router/NewTableTests.java");

  record Review(long videoId, int stars) {
    static final Table<Review> TABLE = new Table<>("reviews", Review.class);
  }

  @Test
  void tableIsOneMigrationOneRecordAndItsUse() throws Exception {
    Servers servers = Servers.get();
    Servers.Database database = servers.fresh("reviews-1-a");
    try (Router router =
        new Router(
            "reviews-router",
            servers.inventory("mysql-1:\n" + database.line()),
            4,
            Map.of("tanada.router.migrations", "classpath:db/migration,classpath:db/test-table"))) {
      router.awaitReady();
      Rows rows = new Rows(router.rows);
      long userId = Router.id(1);
      long id = Router.id(1);
      long videoId = Router.id(2);
      String key = "key";
      String token = null;

      Write write = Write.insert(Review.TABLE, id, new Review(videoId, 5));
      token =
          rows.commit(new Transaction(userId, List.of(write), List.of(), key, "", token)).token();
      List<Stored<Review>> newest =
          rows.newest(Review.TABLE, Map.of("videoId", videoId), 20, null, Consistency.of(token))
              .rows();

      assertThat(newest).hasSize(1);
      assertThat(newest.getFirst().value()).isEqualTo(new Review(videoId, 5));
      assertThat(rows.find(Review.TABLE, id, Consistency.of(token))).contains(newest.getFirst());
    } finally {
      database.remove();
    }
  }

  @Test
  void theDocumentHasTheVeryLinesOfThisTest() throws Exception {
    String document = Files.readString(DOCUMENT);
    String part = document.substring(document.indexOf("### A table in ten lines"));

    assertThat(words(block(part, "sql")))
        .isEqualTo(
            words(
                Files.readString(
                    Path.of("src/test/resources/db/test-table/V950__expand_reviews.sql"))));
    for (String statement : block(part, "java").split("\n\n", -1)) {
      assertThat(words(Files.readString(HERE))).contains(words(statement));
    }
  }

  private static String block(String text, String language) {
    Matcher found = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(text);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", "");
  }
}
