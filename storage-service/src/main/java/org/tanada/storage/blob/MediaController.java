package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Files as the edges fetch them: {@code /media/{purpose}/{id}}. */
@RestController
class MediaController {
  private static final String A_YEAR = "max-age=31536000";

  private final PurposeRules rules;
  private final BlobReads reads;
  private final SignedUrls signatures;
  private final InstantSource clock = InstantSource.system();

  MediaController(PurposeRules rules, BlobReads reads, SecretProperties secrets) {
    this.rules = rules;
    this.reads = reads;
    this.signatures = new SignedUrls(secrets.urlSigningKey(), clock);
  }

  /**
   * GET and, without a body, HEAD.
   *
   * @param path {@code purpose} and {@code id}; one by one, and with the query's parameters, they
   *     cost Spring as much as all else here
   */
  @GetMapping("/media/{purpose}/{id}")
  void media(
      @PathVariable Map<String, String> path,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    long id = BlobId.require(path.getOrDefault("id", ""));
    if (!rules.purpose().equals(path.get("purpose"))) {
      throw notFound();
    }
    String expires = request.getParameter("expires");
    if (!rules.open()) {
      verify(Blobs.path(rules.purpose(), id), expires, request.getParameter("signature"));
    }
    Map<String, String> policy = policy(id, expires);
    if (!reads.send(id, policy, request, response)) {
      throw notFound();
    }
  }

  private void verify(String path, @Nullable String expires, @Nullable String signature) {
    switch (signatures.verify(path, expires, signature)) {
      case VALID -> {}
      case INVALID ->
          throw new ProblemException(
              ProblemCode.INVALID_SIGNATURE, "This file is read by a signed address only.");
      case EXPIRED ->
          throw new ProblemException(
              ProblemCode.EXPIRED_SIGNATURE, "The signed address has expired.");
    }
  }

  private Map<String, String> policy(long id, @Nullable String expires) {
    if (rules.open() || expires == null) {
      return Map.of(HttpHeaders.CACHE_CONTROL, "public, " + A_YEAR + ", immutable");
    }
    Map<String, String> policy = new HashMap<>();
    long left = Math.max(0, Long.parseLong(expires) - clock.instant().getEpochSecond());
    policy.put(HttpHeaders.CACHE_CONTROL, "private, max-age=" + left);
    policy.put(TanadaHeaders.CACHE_CONTROL, A_YEAR); // edges verify the signature themselves
    rules
        .name(id)
        .ifPresent(name ->
            policy.put(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + name + "\""));
    return policy;
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such file.");
  }
}
