package org.tanada.app.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import org.tanada.app.page.view.Frame;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.Notice;
import org.tanada.app.page.view.Visitor;

/** Renders templates into answers. */
@Component
final class Pages {
  private static final String TEMPLATES = "org.tanada.app.template";

  private final Assets assets;
  private final TemplateEngine templates;

  Pages(Assets assets) {
    this.assets = assets;
    this.templates =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, Pages.class.getClassLoader(), TEMPLATES);
  }

  /** What a page is made of. */
  record Page(
      String template,
      String title,
      String description,
      Section section,
      Visitor visitor,
      @Nullable Notice notice,
      Map<String, Object> model) {
    /** A page that is the same for everybody. */
    static Page shared(
        String template, String title, String description, Map<String, Object> model) {
      return new Page(
          template, title, description, Section.NONE, new Visitor.Anyone(), null, model);
    }

    /** A page for one visitor. */
    static Page own(
        String template,
        String title,
        Section section,
        Visitor visitor,
        Map<String, Object> model) {
      return new Page(template, title, title + " on Tanada.", section, visitor, null, model);
    }

    Page in(Section present) {
      return new Page(template, title, description, present, visitor, notice, model);
    }

    Page saying(@Nullable Notice said) {
      return new Page(template, title, description, section, visitor, said, model);
    }
  }

  /** A public page, kept at the edges, with an entity tag of its bytes. */
  ResponseEntity<byte[]> shared(Page page) {
    byte[] body = render(page);
    HttpHeaders headers = PageHeaders.html(PageHeaders.SHARED);
    headers.setETag(PageHeaders.etag(body));
    return ResponseEntity.ok().headers(headers).body(body);
  }

  /** A page for one visitor, kept nowhere. */
  ResponseEntity<byte[]> own(Page page) {
    return own(200, page);
  }

  /** A page for one visitor with another status than 200: a form that was not right. */
  ResponseEntity<byte[]> own(int status, Page page) {
    return ResponseEntity.status(HttpStatusCode.valueOf(status))
        .headers(PageHeaders.html(PageHeaders.PRIVATE))
        .body(render(page));
  }

  /** To be seen elsewhere: after a form was posted. */
  static ResponseEntity<byte[]> seeOther(String address) {
    return ResponseEntity.status(303)
        .header(HttpHeaders.LOCATION, address)
        .header(HttpHeaders.CACHE_CONTROL, PageHeaders.PRIVATE)
        .build();
  }

  /**
   * The path with query parameters, encoded; those without a value are left out.
   *
   * @param parameters by turns a name and its value
   */
  static String address(String path, @Nullable String... parameters) {
    UriComponentsBuilder address = UriComponentsBuilder.fromPath(path);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < parameters.length; i += 2) {
      String value = parameters[i + 1];
      if (value != null) {
        address.queryParam(String.valueOf(parameters[i]), "{value}");
        values.add(value);
      }
    }
    return values.isEmpty()
        ? path
        : address.encode().buildAndExpand(values.toArray()).toUriString();
  }

  /** The bytes of a page. */
  byte[] render(Page page) {
    Map<String, Object> model = new HashMap<>(page.model());
    model.put(
        "frame",
        new Frame(
            page.title(),
            page.description(),
            page.section(),
            page.visitor(),
            page.notice(),
            assets::url));
    Utf8ByteOutput out = new Utf8ByteOutput();
    templates.render(page.template() + ".jte", model, out);
    return out.toByteArray();
  }
}
