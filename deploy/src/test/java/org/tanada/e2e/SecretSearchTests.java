package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The search of logs finds what is there, and does not say it once more. */
class SecretSearchTests {
  private static final String SECRET = "Zk3v_9Qm-T1xWb7LpR0aYc5NdHfJ2sEu";

  private static List<String> find(SecretSearch search, String text) throws IOException {
    return search.in("app-1.log", new BufferedReader(new StringReader(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "credential Zk3v_9Qm-T1xWb7LpR0aYc5NdHfJ2sEu refused",
        "{\"url\":\"/?key=Zk3v_9Qm-T1xWb7LpR0aYc5NdHfJ2sEu&x=1\"}",
        "prefix_and-Zk3v_9Qm-T1xWb7LpR0aYc5NdHfJ2sEu-and-more",
        "cut off: Zk3v_9Qm-T1xWb7LpR"
      })
  void knownSecretIsFoundWhereverItStands(String line) throws IOException {
    SecretSearch search = new SecretSearch().add("the service credential", SECRET);

    List<String> found = find(search, "started\n" + line + "\n");

    assertThat(found).containsExactly("the service credential in app-1.log, line 2");
    assertThat(found.toString()).doesNotContain("Zk3v");
  }

  @Test
  void passwordOfSeveralWordsIsFoundByItsLongest() throws IOException {
    SecretSearch search =
        new SecretSearch()
            .add("a password", "correct horse battery 3b0e8f3c-6f57-4d5c-9a3c-0f3a1c2b4d5e");

    assertThat(find(search, "correct horse battery")).isEmpty();
    assertThat(find(search, "correct+horse+battery+3b0e8f3c-6f57-4d5c-9a3c-0f3a1c2b4d5e"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a signed token | got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMjM0NTY3In0.c2lnbmF0dXJlLW9mLXRva2Vu",
        "a private key | -----BEGIN EC PRIVATE KEY-----",
        "a session cookie | Cookie: __Host-tanada-session=0123456789abcdef.x",
        "a token in a header | Authorization: Bearer 0123456789abcdef",
        "a password in JSON | body {\\\"email\\\": \\\"a@b.c\\\", \\\"password\\\": \\\"swordfish\\\"}",
        "a hash of a password | $argon2id$v=19$m=19456"
      })
  void whatHasTheFormOfASecretIsFoundWithoutBeingKnown(String kind, String line)
      throws IOException {
    assertThat(find(new SecretSearch(), line)).containsExactly(kind + " in app-1.log, line 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"path\":\"/api/v1/tokens\"}",
        "org.tanada.auth.account.PasswordStrength rejected a password",
        "set-cookie of tanada-session is gone, Bearer is missing",
        "validation-failed: \"password\": must have 8 characters"
      })
  void whatIsNoSecretIsNotFound(String line) throws IOException {
    SecretSearch search = new SecretSearch().add("the service credential", SECRET);

    assertThat(find(search, line)).isEmpty();
  }

  @Test
  void whatIsTooShortToBeSearchedForIsRefused() {
    assertThatThrownBy(() -> new SecretSearch().add("a password", "hunter2 hunter2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2");
  }
}
