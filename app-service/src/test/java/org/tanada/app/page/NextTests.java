package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NextTests {
  @ParameterizedTest
  @ValueSource(strings = {"/", "/me/videos?cursor=a_b-c", "/videos/1/watch", "/a//b"})
  void pathOfOursIsFollowed(String next) {
    assertThat(Next.safe(next, "/me")).isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "me",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/a\\b",
        "/a b",
        "/a\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "/é",
      })
  void anythingElseIsNot(String next) {
    assertThat(Next.safe(next, "/me")).isEqualTo("/me");
  }

  @Test
  void endlessPathIsNotFollowed() {
    assertThat(Next.safe("/" + "a".repeat(600), "/me")).isEqualTo("/me");
    assertThat(Next.safe(null, "/me")).isEqualTo("/me");
  }
}
