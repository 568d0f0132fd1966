package org.tanada.deploy.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Portraits without people: terraces in a colour of one's own, needing no font. */
final class Avatars {
  private static final int SIZE = 256;
  private static final int TERRACES = 5;

  private Avatars() {}

  /** A PNG of 256 by 256 pixels, always the same for the same name. */
  static byte[] png(String username) {
    Random random = new Random(username.hashCode());
    float hue = random.nextFloat();
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setColor(Color.getHSBColor(hue, 0.18f, 0.96f));
    pen.fillRect(0, 0, SIZE, SIZE);
    for (int i = 0; i < TERRACES; i++) {
      double top = 70 + i * 38 + random.nextInt(16);
      Path2D terrace = new Path2D.Double();
      terrace.moveTo(0, top + random.nextInt(24));
      terrace.curveTo(
          SIZE * 0.3,
          top - 30 + random.nextInt(24),
          SIZE * 0.65,
          top + 26 + random.nextInt(24),
          SIZE,
          top - random.nextInt(24));
      terrace.lineTo(SIZE, SIZE);
      terrace.lineTo(0, SIZE);
      terrace.closePath();
      pen.setColor(Color.getHSBColor(hue + i * 0.02f, 0.35f + i * 0.09f, 0.86f - i * 0.12f));
      pen.fill(terrace);
    }
    pen.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory does not fail", e);
    }
    return out.toByteArray();
  }
}
