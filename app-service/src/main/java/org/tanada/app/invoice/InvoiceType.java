package org.tanada.app.invoice;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.openpdf.text.Font;
import org.openpdf.text.Phrase;
import org.openpdf.text.pdf.BaseFont;
import org.openpdf.text.pdf.FontSelector;

/**
 * The type of an invoice: Helvetica, which every reader has, and behind it fonts for the letters
 * that it lacks, since titles and names are written in any language.
 */
final class InvoiceType {
  static final Color INK = new Color(0x1c, 0x24, 0x21);
  static final Color MUTED = new Color(0x5f, 0x6b, 0x66);
  static final Color ACCENT = new Color(0x1f, 0x6f, 0x4f);
  static final Color RULE = new Color(0xd5, 0xdc, 0xd8);

  private static final @Nullable BaseFont WIDE = wide();

  Phrase heading(String text) {
    return phrase(text, 20, Font.BOLD, INK);
  }

  Phrase label(String text) {
    return phrase(text, 9, Font.NORMAL, ACCENT);
  }

  Phrase strong(String text) {
    return phrase(text, 11, Font.BOLD, INK);
  }

  Phrase text(String text) {
    return phrase(text, 10, Font.NORMAL, INK);
  }

  Phrase small(String text) {
    return phrase(text, 9, Font.NORMAL, MUTED);
  }

  private static Phrase phrase(String text, float size, int style, Color color) {
    FontSelector fonts = new FontSelector();
    fonts.addFont(new Font(Font.HELVETICA, size, style, color));
    if (WIDE != null) {
      fonts.addFont(new Font(WIDE, size, style, color)); // Greek, Cyrillic and more
    }
    fonts.addFont(new Font(japanese(), size, style, color));
    return fonts.process(text);
  }

  private static @Nullable BaseFont wide() {
    String name = "/font-fallback/LiberationSans-Regular.ttf"; // OpenPDF brings it along
    try (InputStream in = InvoiceType.class.getResourceAsStream(name)) {
      return in == null
          ? null
          : BaseFont.createFont(
              "LiberationSans-Regular.ttf",
              BaseFont.IDENTITY_H,
              BaseFont.EMBEDDED,
              true,
              in.readAllBytes(),
              null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BaseFont japanese() {
    try {
      return BaseFont.createFont("HeiseiKakuGo-W5", "UniJIS-UCS2-H", BaseFont.NOT_EMBEDDED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
