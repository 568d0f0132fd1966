package org.tanada.app.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.Ids;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/**
 * Resumable uploads by tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation,
 * creation-with-upload, expiration, checksum, termination, concatenation.
 */
@RestController
class UploadController {
  private static final String PATH = "/uploads";
  private static final String BODY = "application/offset+octet-stream";
  private static final String EXTENSIONS =
      "creation,creation-with-upload,expiration,checksum,termination,concatenation";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern PART = Pattern.compile("(?:https?://[^/ ]+)?/uploads/([0-9]{1,19})");
  private static final int MAX_CONCAT = 4096;
  private static final DateTimeFormatter TIME = // RFC 9110, 5.6.7
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final UploadService uploads;
  private final AppProperties limits;

  UploadController(UploadService uploads, AppProperties limits) {
    this.uploads = uploads;
    this.limits = limits;
  }

  /** What this server can do. */
  @RequestMapping(path = PATH, method = RequestMethod.OPTIONS)
  ResponseEntity<Void> options() {
    return ResponseEntity.noContent()
        .header("Tus-Version", TusFilter.VERSION)
        .header("Tus-Extension", EXTENSIONS)
        .header("Tus-Checksum-Algorithm", Checksum.ALGORITHMS)
        .header("Tus-Max-Size", Long.toString(limits.maxVideoSize().toBytes()))
        .build();
  }

  /** Begins an upload, with its first bytes if there are any, or joins parts. */
  @PostMapping(PATH)
  ResponseEntity<Void> create(Identity user, HttpServletRequest request) throws IOException {
    String metadata = header(request, "Upload-Metadata");
    Metadata.parse(metadata); // refused before anything else happens
    String concat = request.getHeader("Upload-Concat");
    if (concat != null && concat.startsWith("final;")) {
      return created(uploads.join(user, metadata, concat, parts(concat)));
    }
    if (concat != null && !concat.equals("partial")) {
      throw malformed("Upload-Concat must be \"partial\", or \"final;\" and the parts.");
    }
    Upload.Kind kind = concat == null ? Upload.Kind.WHOLE : Upload.Kind.PART;
    Stored<Upload> upload = uploads.create(user, kind, number(request, "Upload-Length"), metadata);
    if (request.getContentType() != null && request.getContentLengthLong() != 0) {
      upload = uploads.append(user, upload, body(request));
    }
    return created(upload);
  }

  /** Where an upload stands. */
  @GetMapping(PATH + "/{id}")
  ResponseEntity<Void> stand(Identity user, @PathVariable("id") String id) {
    Stored<Upload> upload = uploads.find(user, Ids.ofPath(id));
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.ok()
            .header("Upload-Offset", Long.toString(upload.value().received()))
            .header("Upload-Length", Long.toString(upload.value().length()))
            .header(HttpHeaders.CACHE_CONTROL, "no-store");
    if (!upload.value().metadata().isEmpty()) {
      answer.header("Upload-Metadata", upload.value().metadata());
    }
    String joined = upload.value().joined();
    if (joined != null) {
      answer.header("Upload-Concat", joined);
    }
    return expiring(answer, upload).build();
  }

  /** Takes more bytes. */
  @PatchMapping(PATH + "/{id}")
  ResponseEntity<Void> append(
      Identity user, @PathVariable("id") String id, HttpServletRequest request) throws IOException {
    Stored<Upload> found = uploads.find(user, Ids.ofPath(id));
    Stored<Upload> upload =
        uploads.append(user, found, number(request, "Upload-Offset"), body(request));
    return expiring(
            ResponseEntity.status(HttpStatus.NO_CONTENT)
                .header("Upload-Offset", Long.toString(upload.value().received())),
            upload)
        .build();
  }

  /** Ends an upload. */
  @DeleteMapping(PATH + "/{id}")
  ResponseEntity<Void> end(Identity user, @PathVariable("id") String id) {
    uploads.end(user, Ids.ofPath(id));
    return ResponseEntity.noContent().build();
  }

  /** For clients that cannot send PATCH and DELETE (tus, X-HTTP-Method-Override). */
  @PostMapping(PATH + "/{id}")
  ResponseEntity<Void> overridden(
      Identity user, @PathVariable("id") String id, HttpServletRequest request) throws IOException {
    uploads.find(user, Ids.ofPath(id)); // what is not there is said before what is wrong
    return switch (header(request, "X-HTTP-Method-Override")) {
      case "PATCH" -> append(user, id, request);
      case "DELETE" -> end(user, id);
      default ->
          throw new ProblemException(
              ProblemCode.METHOD_NOT_ALLOWED, "X-HTTP-Method-Override must be PATCH or DELETE.");
    };
  }

  private static IncomingBody body(HttpServletRequest request) throws IOException {
    if (!BODY.equals(request.getContentType())) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be " + BODY + ".");
    }
    return new IncomingBody(
        request.getInputStream(),
        request.getContentLengthLong(),
        Checksum.parse(request.getHeader("Upload-Checksum")));
  }

  private static List<Long> parts(String concat) {
    if (concat.length() > MAX_CONCAT) {
      throw malformed("Upload-Concat is too long.");
    }
    List<Long> parts = new ArrayList<>();
    for (String address : concat.substring("final;".length()).strip().split(" +", -1)) {
      Matcher matcher = PART.matcher(address);
      if (!matcher.matches()) {
        throw malformed("Upload-Concat names something that is no upload.");
      }
      parts.add(Ids.ofPath(matcher.group(1)));
    }
    return parts;
  }

  private static ResponseEntity<Void> created(Stored<Upload> upload) {
    return expiring(
            ResponseEntity.status(HttpStatus.CREATED)
                .header(HttpHeaders.LOCATION, PATH + "/" + upload.id())
                .header("Upload-Offset", Long.toString(upload.value().received())),
            upload)
        .build();
  }

  private static ResponseEntity.BodyBuilder expiring(
      ResponseEntity.BodyBuilder answer, Stored<Upload> upload) {
    if (upload.value().state() == Upload.State.OPEN) {
      answer.header("Upload-Expires", TIME.format(upload.value().expiresAt()));
    }
    return answer;
  }

  private static long number(HttpServletRequest request, String name) {
    String value = header(request, name);
    if (!NUMBER.matcher(value).matches()) {
      throw malformed(name + " must be a number of bytes.");
    }
    return Long.parseLong(value);
  }

  private static String header(HttpServletRequest request, String name) {
    @Nullable String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
