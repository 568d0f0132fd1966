package org.tanada.app.page;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/**
 * QR codes as the path of an SVG inside the page: no picture that a content policy would have to
 * allow.
 */
final class QrCode {
  /** The light frame that readers need (ISO/IEC 18004, 5.3.8), in modules. */
  private static final int QUIET = 4;

  private final ByteMatrix modules;

  private QrCode(ByteMatrix modules) {
    this.modules = modules;
  }

  /** The code that says this. */
  static QrCode of(String text) {
    try {
      return new QrCode(Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix());
    } catch (WriterException e) {
      throw new IllegalArgumentException("too long for a QR code", e);
    }
  }

  /** Width and height of the picture, in modules. */
  int size() {
    return modules.getWidth() + 2 * QUIET;
  }

  /** The dark modules, row by row, as the {@code d} of an SVG path. */
  String path() {
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < modules.getHeight(); y++) {
      int x = 0;
      while (x < modules.getWidth()) {
        int end = x;
        while (end < modules.getWidth() && modules.get(end, y) == 1) {
          end++;
        }
        if (end > x) {
          int length = end - x;
          path.append("M%d %dh%dv1h-%dz".formatted(x + QUIET, y + QUIET, length, length));
        }
        x = end + 1;
      }
    }
    return path.toString();
  }
}
