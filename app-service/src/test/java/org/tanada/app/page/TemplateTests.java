package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every page; also leaves them in {@code target/preview} to be looked at. */
class TemplateTests {
  private static final Pattern TAG = Pattern.compile("<([a-z][a-z0-9]*)([^>]*)>");
  private static final Map<String, String> PAGES =
      SamplePages.render(
          TemplateEngine.createPrecompiled(
              null,
              ContentType.Html,
              TemplateTests.class.getClassLoader(),
              "org.tanada.app.template"));

  static Stream<String> pages() {
    return PAGES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageHasALanguageATitleLandmarksAndOneHeading(String name) throws IOException {
    String html = PAGES.get(name);
    preview(name, html);

    assertThat(html).startsWith("<!doctype html>\n<html lang=\"en\">").contains("<title>");
    assertThat(html).contains("<a class=\"skip\" href=\"#main\">").contains("<main id=\"main\"");
    assertThat(html.split("<main", -1)).hasSize(2);
    assertThat(html.split("<h1", -1)).hasSize(2);
    assertThat(html).contains("<header").contains("<footer");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void headingsDescendWithoutAGap(String name) {
    Matcher heading = Pattern.compile("<h([1-6])").matcher(PAGES.get(name));
    int level = 0;
    while (heading.find()) {
      int next = Integer.parseInt(heading.group(1));
      assertThat(next).isLessThanOrEqualTo(level + 1);
      level = next;
    }
    assertThat(level).isPositive();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void nothingIsInlineThatTheContentPolicyForbids(String name) {
    String html = PAGES.get(name);

    assertThat(html).doesNotContain("<style").doesNotContain("javascript:");
    assertThat(html).doesNotContainPattern("<script(?![^>]* src=)");
    assertThat(html)
        .doesNotContainPattern("<[^>]* style=")
        .doesNotContainPattern("<[^>]* on[a-z]+=");
    assertThat(html).doesNotContainPattern("(src|href|action)=\"(https?:)?//");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyFieldHasALabelAndEveryPictureAnAlternative(String name) {
    String html = PAGES.get(name);
    List<String> fields = new ArrayList<>();
    Set<String> labelled = new HashSet<>();
    Matcher tag = TAG.matcher(html);
    while (tag.find()) {
      String attributes = tag.group(2);
      switch (tag.group(1)) {
        case "input", "textarea", "select", "progress" -> {
          if (!attributes.contains("type=\"hidden\"")) {
            fields.add(attribute(attributes, "id"));
          }
        }
        case "label" -> labelled.add(attribute(attributes, "for"));
        case "img" -> assertThat(attributes).contains(" alt=\"").contains(" width=\"");
        default -> {
          // nothing is asked of the others
        }
      }
    }
    assertThat(labelled).containsAll(fields);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void idsAreUniqueAndReferencesLead(String name) {
    String html = PAGES.get(name);
    List<String> ids = all(html, " id=\"([^\"]*)\"");
    List<String> references = new ArrayList<>();
    all(html, " aria-describedby=\"([^\"]*)\"")
        .forEach(list -> references.addAll(List.of(list.split(" ", -1))));
    references.addAll(all(html, " aria-labelledby=\"([^\"]*)\""));
    references.addAll(all(html, " for=\"([^\"]*)\""));

    assertThat(ids).doesNotHaveDuplicates().containsAll(references);
  }

  private static List<String> all(String html, String pattern) {
    return Pattern.compile(pattern).matcher(html).results().map(found -> found.group(1)).toList();
  }

  private static String attribute(String attributes, String name) {
    Matcher matcher = Pattern.compile(" " + name + "=\"([^\"]*)\"").matcher(attributes);
    return matcher.find() ? matcher.group(1) : "no " + name + " in" + attributes;
  }

  private static void preview(String name, String html) throws IOException {
    Path directory = Files.createDirectories(Path.of("target", "preview"));
    Files.writeString(directory.resolve(name + ".html"), html);
  }
}
