package org.tanada.app.page;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Static files and drawings: the same for everybody, for as long as anybody cares to keep them. */
@RestController
final class AssetController {
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String A_DAY = "public, max-age=3600, s-maxage=86400";

  private final Assets assets;

  AssetController(Assets assets) {
    this.assets = assets;
  }

  @GetMapping("/assets/{version}/{name}")
  ResponseEntity<byte[]> asset(@PathVariable String version, @PathVariable String name) {
    Assets.Asset file = find(name);
    // while servers are replaced one after another, an old one may be asked for what it does not
    // have yet: its own version is better than nothing, but nobody may keep it under that address
    boolean known = version.equals(assets.version());
    return answer(file.type(), known ? FOREVER : "no-store", file.content());
  }

  @GetMapping("/favicon.svg")
  ResponseEntity<byte[]> icon() {
    Assets.Asset file = find("favicon.svg");
    return answer(file.type(), A_DAY, file.content());
  }

  @GetMapping("/robots.txt")
  ResponseEntity<byte[]> robots() {
    Assets.Asset file = find("robots.txt");
    return answer(file.type(), A_DAY, file.content());
  }

  @GetMapping("/posters/{id}.svg")
  ResponseEntity<byte[]> poster(@PathVariable String id) {
    return drawing(Drawing.poster(known(id)));
  }

  @GetMapping("/portraits/{id}.svg")
  ResponseEntity<byte[]> portrait(@PathVariable String id) {
    return drawing(Drawing.portrait(known(id)));
  }

  private static ResponseEntity<byte[]> drawing(String svg) {
    return answer("image/svg+xml", FOREVER, svg.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static ResponseEntity<byte[]> answer(String type, String keep, byte[] content) {
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.CONTENT_TYPE, type);
    headers.setCacheControl(keep);
    headers.setETag(PageHeaders.etag(content));
    headers.set("X-Content-Type-Options", "nosniff");
    return ResponseEntity.ok().headers(headers).body(content);
  }

  private static long known(String text) {
    long id = TanadaId.parse(text);
    if (id < 0) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no drawing for this.");
    }
    return id;
  }

  private Assets.Asset find(String name) {
    Assets.Asset file = assets.find(name);
    if (file == null) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no file with this name.");
    }
    return file;
  }
}
