package org.tanada.common.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.UriComponentsBuilder;

class SignedUrlsTests {
  private static final String PATH = "/media/videos/123";

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final SignedUrls urls = new SignedUrls("a key of at least 32 characters...", () -> now);
  private final String url = urls.sign(PATH, now.plusSeconds(60));

  @Test
  void ownAddressHoldsUntilItExpires() {
    assertThat(verify(PATH, url)).isEqualTo(SignedUrls.Verdict.VALID);

    now = now.plusSeconds(61);

    assertThat(verify(PATH, url)).isEqualTo(SignedUrls.Verdict.EXPIRED);
  }

  @Test
  void anotherPathTimeOrKeyIsRefused() {
    SignedUrls other = new SignedUrls("another key of 32 characters......", () -> now);

    assertThat(verify("/media/videos/124", url)).isEqualTo(SignedUrls.Verdict.INVALID);
    assertThat(verify(PATH, url.replace("expires=1", "expires=2")))
        .isEqualTo(SignedUrls.Verdict.INVALID);
    assertThat(verify(PATH, other.sign(PATH, now.plusSeconds(60))))
        .isEqualTo(SignedUrls.Verdict.INVALID);
  }

  @Test
  void missingOrStrangeParametersAreRefused() {
    assertThat(urls.verify(PATH, null, null)).isEqualTo(SignedUrls.Verdict.INVALID);
    assertThat(urls.verify(PATH, "1", null)).isEqualTo(SignedUrls.Verdict.INVALID);
    assertThat(urls.verify(PATH, "abc", "é")).isEqualTo(SignedUrls.Verdict.INVALID);
    assertThat(urls.verify(PATH, "9".repeat(100), "x")).isEqualTo(SignedUrls.Verdict.INVALID);
  }

  private SignedUrls.Verdict verify(String path, String address) {
    var query = UriComponentsBuilder.fromUriString(address).build().getQueryParams();
    return urls.verify(
        path, query.getFirst(SignedUrls.EXPIRES), query.getFirst(SignedUrls.SIGNATURE));
  }
}
