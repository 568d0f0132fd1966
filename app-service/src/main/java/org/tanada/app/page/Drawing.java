package org.tanada.app.page;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Draws terraces under a sky as an SVG, always the same for the same id: posters of videos, which
 * have no thumbnails, and portraits of users without an avatar.
 */
final class Drawing {
  private static final int LAYERS = 5;
  private static final int CONTOURS = 3;
  private static final List<Palette> PALETTES =
      List.of(
          // dawn, spring, dusk, noon, harvest, night, plum, rain, blossom, lake
          new Palette(
              hsl(34, 84, 90),
              hsl(18, 78, 77),
              hsl(42, 100, 95),
              hsl(12, 48, 64),
              hsl(332, 26, 21)),
          new Palette(
              hsl(88, 40, 93),
              hsl(140, 30, 80),
              hsl(50, 95, 94),
              hsl(134, 29, 62),
              hsl(158, 42, 18)),
          new Palette(
              hsl(224, 38, 28),
              hsl(232, 28, 60),
              hsl(36, 85, 88),
              hsl(228, 28, 46),
              hsl(228, 48, 13)),
          new Palette(
              hsl(184, 42, 92),
              hsl(180, 36, 76),
              hsl(52, 90, 95),
              hsl(180, 32, 56),
              hsl(186, 58, 16)),
          new Palette(
              hsl(46, 88, 90), hsl(40, 74, 74), hsl(48, 100, 95), hsl(36, 60, 56), hsl(24, 46, 18)),
          new Palette(
              hsl(222, 48, 13),
              hsl(220, 38, 33),
              hsl(218, 60, 93),
              hsl(218, 38, 36),
              hsl(222, 58, 8)),
          new Palette(
              hsl(322, 40, 93),
              hsl(322, 34, 78),
              hsl(30, 90, 95),
              hsl(322, 27, 59),
              hsl(300, 32, 18)),
          new Palette(
              hsl(120, 8, 91),
              hsl(140, 11, 76),
              hsl(80, 20, 97),
              hsl(150, 13, 58),
              hsl(156, 20, 17)),
          new Palette(
              hsl(0, 90, 97),
              hsl(350, 66, 87),
              hsl(20, 100, 97),
              hsl(350, 50, 74),
              hsl(334, 38, 25)),
          new Palette(
              hsl(216, 52, 93),
              hsl(212, 46, 79),
              hsl(44, 90, 95),
              hsl(212, 46, 62),
              hsl(214, 56, 20)));

  private final SplittableRandom random;
  private final Palette palette;
  private final int width;
  private final int height;

  private Drawing(long id, int width, int height) {
    this.random = new SplittableRandom(id * 0x9E3779B97F4A7C15L);
    this.palette = PALETTES.get(random.nextInt(PALETTES.size()));
    this.width = width;
    this.height = height;
  }

  /** A poster, 640 by 360. */
  static String poster(long id) {
    return new Drawing(id, 640, 360).draw();
  }

  /** A portrait, 160 by 160. */
  static String portrait(long id) {
    return new Drawing(id, 160, 160).draw();
  }

  private String draw() {
    double turn = random.nextDouble(-8, 8);
    StringBuilder svg = new StringBuilder(4096);
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">"
                + "<linearGradient id=\"s\" x2=\"0\" y2=\"1\"><stop stop-color=\"%s\"/>"
                + "<stop offset=\"1\" stop-color=\"%s\"/></linearGradient>"
                + "<path fill=\"url(#s)\" d=\"M0 0h%dv%dH0z\"/>",
            width,
            height,
            palette.high().turned(turn),
            palette.low().turned(turn),
            width,
            height));
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%.0f\" cy=\"%.0f\" r=\"%.0f\" fill=\"%s\" opacity=\".9\"/>",
            width * random.nextDouble(0.18, 0.82),
            height * random.nextDouble(0.16, 0.34),
            height * random.nextDouble(0.075, 0.13),
            palette.sun().turned(0)));
    boolean falling = random.nextBoolean();
    for (int layer = 0; layer < LAYERS; layer++) {
      terrace(svg, layer, falling == (layer % 2 == 0), turn);
    }
    return svg.append("</svg>").toString();
  }

  /** One level: the ground, and the lines of its walls that follow the edge. */
  private void terrace(StringBuilder svg, int layer, boolean falling, double turn) {
    double depth = layer / (LAYERS - 1.0);
    double top = height * (0.42 + 0.135 * layer);
    double slope = height * 0.085 * (falling ? 1 : -1);
    double[] edge = new double[6];
    for (int i = 0; i < edge.length; i++) {
      double along = i / (edge.length - 1.0) - 0.5;
      edge[i] = top + slope * 2 * along + height * random.nextDouble(-0.035, 0.035);
    }
    Colour ground = Colour.between(palette.far(), palette.near(), depth);
    svg.append(
        String.format(
            Locale.ROOT,
            "<path fill=\"%s\" d=\"%sV%dH0z\"/>",
            ground.turned(turn),
            curve(edge, 0),
            height));
    svg.append(
        String.format(
            Locale.ROOT,
            "<g fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\">",
            palette.sun().turned(0),
            height / 200.0));
    double gap = height * (0.018 + 0.012 * depth);
    for (int line = 0; line < CONTOURS; line++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path opacity=\"%.2f\" d=\"%s\"/>",
              0.55 - 0.17 * line,
              curve(edge, gap * line * (1 + 0.35 * line))));
    }
    svg.append("</g>");
  }

  /** A smooth line through the heights, evenly spaced: Catmull–Rom as cubic Béziers. */
  private String curve(double[] y, double down) {
    double step = width / (y.length - 1.0);
    StringBuilder path = new StringBuilder();
    path.append(String.format(Locale.ROOT, "M0 %.1f", y[0] + down));
    for (int i = 0; i < y.length - 1; i++) {
      double before = y[Math.max(0, i - 1)];
      double after = y[Math.min(y.length - 1, i + 2)];
      path.append(
          String.format(
              Locale.ROOT,
              "C%.0f %.1f %.0f %.1f %.0f %.1f",
              (i + 1 / 3.0) * step,
              y[i] + (y[i + 1] - before) / 6 + down,
              (i + 2 / 3.0) * step,
              y[i + 1] - (after - y[i]) / 6 + down,
              (i + 1) * step,
              y[i + 1] + down));
    }
    return path.toString();
  }

  /** A time of day or year; each id has one, turned a little around the colour wheel. */
  private record Palette(Colour high, Colour low, Colour sun, Colour far, Colour near) {}

  private static Colour hsl(double hue, double saturation, double lightness) {
    return new Colour(hue, saturation, lightness);
  }

  /** Hue in degrees, saturation and lightness in percent. */
  private record Colour(double hue, double saturation, double lightness) {
    String turned(double degrees) {
      return String.format(
          Locale.ROOT,
          "hsl(%.0f %.0f%% %.0f%%)",
          (hue + degrees + 360) % 360,
          saturation,
          lightness);
    }

    static Colour between(Colour from, Colour to, double part) {
      double way = (to.hue - from.hue + 540) % 360 - 180; // the shorter way around
      return new Colour(
          from.hue + way * part,
          from.saturation + (to.saturation - from.saturation) * part,
          from.lightness + (to.lightness - from.lightness) * part);
    }
  }
}
