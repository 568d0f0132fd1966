package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
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

  private final StorageProperties properties;
  private final BlobStore store;
  private final BlobAnswer answer;
  private final Elsewhere elsewhere;
  private final SignedUrls signatures;
  private final InstantSource clock = InstantSource.system();

  MediaController(
      StorageProperties properties,
      BlobStore store,
      BlobAnswer answer,
      Elsewhere elsewhere,
      SecretProperties secrets) {
    this.properties = properties;
    this.store = store;
    this.answer = answer;
    this.elsewhere = elsewhere;
    this.signatures = new SignedUrls(secrets.urlSigningKey(), clock);
  }

  /** GET and, without a body, HEAD. */
  @GetMapping("/media/{purpose}/{id}")
  void media(
      @PathVariable String purpose,
      @PathVariable("id") String text,
      @RequestParam(required = false) @Nullable String expires,
      @RequestParam(required = false) @Nullable String signature,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    long id = BlobId.require(text);
    if (!purpose.equals(properties.purpose())) {
      throw notFound();
    }
    if (!open()) {
      verify(Blobs.path(purpose, id), expires, signature);
    }
    Map<String, String> policy = policy(id, expires);
    if (sentFromHere(id, policy, request, response)) {
      return;
    }
    if (store.deleted(id)) {
      throw notFound();
    }
    if (!elsewhere.send(id, policy, request, response)) {
      throw store.holds(id) ? damaged() : notFound();
    }
  }

  private boolean sentFromHere(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<StoredBlob> found = store.find(id);
    if (found.isEmpty()) {
      return false;
    }
    try {
      answer.send(found.get(), policy, elsewhere::goOn, request, response);
      return true;
    } catch (NoSuchFileException e) {
      return false; // it moved away this very moment
    } catch (StoredBlob.CorruptBlobException e) {
      elsewhere.suspect(id, e);
      return false;
    }
  }

  private boolean open() {
    return properties.purpose().equals("profiles");
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
    if (open() || expires == null) {
      return Map.of(HttpHeaders.CACHE_CONTROL, "public, " + A_YEAR + ", immutable");
    }
    Map<String, String> policy = new HashMap<>();
    long left = Math.max(0, Long.parseLong(expires) - clock.instant().getEpochSecond());
    policy.put(HttpHeaders.CACHE_CONTROL, "private, max-age=" + left);
    policy.put(TanadaHeaders.CACHE_CONTROL, A_YEAR); // edges verify the signature themselves
    if (properties.purpose().equals("invoices")) {
      String name = "inline; filename=\"invoice-" + id + ".pdf\"";
      policy.put(HttpHeaders.CONTENT_DISPOSITION, name);
    }
    return policy;
  }

  private static ProblemException damaged() {
    return new ProblemException(
        ProblemCode.UPSTREAM_FAILED, "The file is damaged, and no other copy can be read now.");
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such file.");
  }
}
