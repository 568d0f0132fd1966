package org.tanada.app.export;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Service;
import org.tanada.app.session.FreshProof;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.PersonalDataContract;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends users all that is known of them: rows as this request may see them, so that nothing is
 * missing that they have seen. A failure before the first byte is a problem; one after it breaks
 * the answer off.
 */
@Service
public class ExportService {
  private final FreshProof fresh;
  private final PersonalDataContract data;
  private final List<Portable> features;
  private final Blobs blobs;
  private final SignedUrls urls;
  private final JsonMapper json;
  private final InstantSource clock;
  private final Semaphore room;

  ExportService(
      FreshProof fresh,
      PersonalDataContract data,
      List<Portable> features,
      Blobs blobs,
      SignedUrls urls,
      JsonMapper json,
      InstantSource clock,
      ExportProperties properties) {
    this.fresh = fresh;
    this.data = data;
    this.features = List.copyOf(features);
    this.blobs = blobs;
    this.urls = urls;
    this.json = json;
    this.clock = clock;
    this.room = new Semaphore(properties.atATime());
  }

  /**
   * Sends the archive.
   *
   * @throws ProblemException {@code proof-required}; {@code too-many-requests}; {@code unavailable}
   * @throws IOException if the client has left
   */
  public void send(Identity user, HttpServletResponse response) throws IOException {
    fresh.require(user);
    if (!room.tryAcquire()) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "Others export their data right now: try again.");
    }
    try {
      Map<String, List<Object>> account = data.export(user.userId()).kinds();
      write(user, account, response);
    } catch (RuntimeException e) {
      if (!response.isCommitted()) { // the problem goes out in its place
        response.resetBuffer();
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, null);
      }
      throw e;
    } finally {
      room.release();
    }
  }

  private void write(Identity user, Map<String, List<Object>> account, HttpServletResponse response)
      throws IOException {
    String name =
        "tanada-" + user.username() + "-" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    response.setContentType("application/zip");
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + ".zip\"");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-store");
    try (Archive archive = new Archive(response.getOutputStream(), json, blobs, urls, clock)) {
      for (Map.Entry<String, List<Object>> kind : account.entrySet()) {
        archive.json(kind.getKey() + ".json", kind.getValue());
      }
      for (Portable feature : features) {
        feature.export(user.userId(), archive);
      }
      archive.finish(Long.toString(user.userId()));
    }
  }
}
