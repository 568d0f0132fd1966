package org.tanada.app.invoice;

import org.openpdf.text.pdf.PdfContentByte;

/** Tanada's mark, three terrace lines, drawn in vectors. */
final class InvoiceMark {
  private InvoiceMark() {}

  /** Draws it with its lower left corner there, 34 points wide. */
  static void draw(PdfContentByte canvas, float x, float y) {
    canvas.saveState();
    canvas.setColorStroke(InvoiceType.ACCENT);
    canvas.setLineWidth(3.4f);
    canvas.setLineCap(PdfContentByte.LINE_CAP_ROUND);
    terrace(canvas, x + 2, y + 2, 30);
    terrace(canvas, x + 7, y + 10, 22);
    terrace(canvas, x + 12, y + 18, 14);
    canvas.restoreState();
  }

  private static void terrace(PdfContentByte canvas, float x, float y, float width) {
    canvas.moveTo(x, y);
    canvas.curveTo(x + width / 3, y + 4.5f, x + 2 * width / 3, y - 3f, x + width, y + 2f);
    canvas.stroke();
  }
}
