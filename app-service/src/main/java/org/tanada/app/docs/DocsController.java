package org.tanada.app.docs;

import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The try-it page: Swagger UI out of its webjar, with our own start script and no line of script in
 * the page, so that the content policy stays strict.
 */
@Controller
class DocsController {
  private static final Duration AGE = Duration.ofHours(1);
  private static final String OWN = "docs/";

  private final Map<String, String> files;

  DocsController(@Value("${springdoc.swagger-ui.version:5.32.14}") String version) {
    String swagger = "META-INF/resources/webjars/swagger-ui/" + version + "/";
    this.files =
        Map.of(
            "docs.css", OWN + "docs.css",
            "docs.js", OWN + "docs.js",
            "swagger-ui.css", swagger + "swagger-ui.css",
            "swagger-ui-bundle.js", swagger + "swagger-ui-bundle.js");
  }

  @GetMapping("/docs")
  ResponseEntity<Resource> page() {
    return answer(new ClassPathResource(OWN + "index.html"), MediaType.TEXT_HTML);
  }

  @GetMapping("/docs/{file}")
  ResponseEntity<Resource> file(@PathVariable("file") String file) {
    String place = files.get(file);
    if (place == null) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such file.");
    }
    MediaType type =
        MediaType.parseMediaType(file.endsWith(".css") ? "text/css" : "text/javascript");
    return answer(new ClassPathResource(place), type);
  }

  private static ResponseEntity<Resource> answer(Resource resource, MediaType type) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(AGE).cachePublic())
        .contentType(new MediaType(type, java.nio.charset.StandardCharsets.UTF_8))
        .body(resource);
  }
}
