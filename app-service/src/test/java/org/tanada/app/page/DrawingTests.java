package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.HashSet;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class DrawingTests {
  @Test
  void sameIdGivesTheSameDrawing() {
    assertThat(Drawing.poster(81234567890123456L)).isEqualTo(Drawing.poster(81234567890123456L));
  }

  @Test
  void neighbouringIdsLookDifferent() {
    Set<String> drawings = new HashSet<>();
    for (long id = 81234567890123456L; id < 81234567890123456L + 100; id++) {
      drawings.add(Drawing.poster(id));
    }

    assertThat(drawings).hasSize(100);
  }

  @Test
  void drawingIsASmallSvgWithoutScripts() throws Exception {
    String svg = Drawing.portrait(71234567890123456L);

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getNodeName()).isEqualTo("svg");
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(svg.length()).isLessThan(8_000);
  }
}
