package org.tanada.app.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;
import org.tanada.app.testing.TestPictures;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Avatars: drawn anew from what is a picture, and refused if they are none. */
class PicturesTests {
  /** One pixel, as libwebp writes it. */
  private static final String WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";

  private final Pictures pictures = new Pictures();

  @ParameterizedTest
  @CsvSource({"png, 1200, 900", "gif, 900, 1200", "jpeg, 3000, 2000", "png, 40, 30"})
  void becomesASquareOfTheMiddleInTwoSizes(String format, int width, int height)
      throws IOException {
    Pictures.Squares drawn = draw(format, TestPictures.of(format, width, height));

    int side = Math.min(Math.min(width, height), Pictures.LARGE);
    BufferedImage large = ImageIO.read(drawn.large().stream());
    BufferedImage small = ImageIO.read(drawn.small().stream());
    assertThat(large.getWidth()).isEqualTo(large.getHeight()).isEqualTo(side);
    assertThat(small.getWidth())
        .isEqualTo(small.getHeight())
        .isEqualTo(Math.min(side, Pictures.SMALL));
    assertNear(large.getRGB(2, side / 2), Color.RED);
    assertNear(large.getRGB(side - 3, side / 2), Color.BLUE);
    assertThat(drawn.large().type())
        .isEqualTo(format.equals("jpeg") ? FileType.JPEG : FileType.PNG);
  }

  @Test
  void webpBecomesPng() throws IOException {
    Pictures.Squares drawn = draw("webp", Base64.getDecoder().decode(WEBP));

    assertThat(drawn.large().type()).isEqualTo(FileType.PNG);
    assertThat(ImageIO.read(drawn.large().stream()).getWidth()).isOne();
  }

  @Test
  void whatACameraTellsIsHeededAndForgotten() throws IOException {
    byte[] jpeg = TestPictures.of("jpeg", 600, 600);
    byte[] turned = withExif(jpeg, 6, "48.8584N 2.2945E"); // held so that its left side is above

    Pictures.Squares drawn = draw("jpeg", turned);

    byte[] file = drawn.large().stream().readAllBytes();
    assertThat(new String(turned, ISO_8859_1)).contains("48.8584N");
    assertThat(new String(file, ISO_8859_1)).doesNotContain("48.8584N", "Exif");
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    assertNear(image.getRGB(256, 20), Color.RED);
    assertNear(image.getRGB(256, 490), Color.BLUE);
  }

  @Test
  void nothingOfASecondFileComesThrough() throws IOException {
    byte[] png = TestPictures.of("png", 64, 64);
    byte[] script = "<script>alert(document.domain)</script>".getBytes(ISO_8859_1);
    byte[] polyglot = Arrays.copyOf(png, png.length + script.length);
    System.arraycopy(script, 0, polyglot, png.length, script.length);
    byte[] commented = withChunk(png, "tEXt", "Comment\0<script>".getBytes(ISO_8859_1));

    for (byte[] file : new byte[][] {polyglot, commented}) {
      Pictures.Squares drawn = draw("png", file);
      assertThat(new String(drawn.large().stream().readAllBytes(), ISO_8859_1))
          .doesNotContain("<script>");
      assertThat(new String(drawn.small().stream().readAllBytes(), ISO_8859_1))
          .doesNotContain("<script>");
    }
  }

  @Test
  void moreThanFortyMegapixelsAreRefusedUnread() throws IOException {
    assertRefused(ProblemCode.CONTENT_TOO_LARGE, "png", claiming(8000, 5001));
    assertRefused(ProblemCode.CONTENT_TOO_LARGE, "png", claiming(30_000, 10));
    assertRefused(ProblemCode.CONTENT_TOO_LARGE, "png", claiming(Integer.MAX_VALUE, 2));
  }

  @Test
  void largePictureIsDecodedInLittleMemory() throws IOException {
    byte[] bomb = TestPictures.flat(7000, 5700); // 40 megapixels, 160 MB as it would be drawn
    assertThat(bomb.length).isLessThan(100_000);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    Pictures.Squares drawn = draw("png", bomb);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64L << 20);
    assertThat(ImageIO.read(drawn.large().stream()).getWidth()).isEqualTo(Pictures.LARGE);
  }

  @Test
  void bombInItsTextIsNotUnpacked() throws IOException {
    byte[] unpacked = new byte[50_000_000];
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes("Comment\0\0".getBytes(ISO_8859_1));
    try (var deflater = new java.util.zip.DeflaterOutputStream(packed)) {
      deflater.write(unpacked);
    }
    byte[] bomb = withChunk(TestPictures.of("png", 64, 64), "zTXt", packed.toByteArray());
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    draw("png", bomb);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16L << 20);
  }

  @Test
  void whatIsNoPictureIsRefused() throws IOException {
    byte[] png = TestPictures.of("png", 64, 64);
    byte[] damaged = png.clone();
    Arrays.fill(damaged, 40, damaged.length - 20, (byte) 0x55);

    assertRefused(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "png", damaged);
    assertRefused(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "png", Arrays.copyOf(png, 30));
    assertRefused(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "gif", "GIF89a<script>".getBytes(ISO_8859_1));
    assertRefused(
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        "jpeg",
        "\u00ff\u00d8\u00ff and so on".getBytes(ISO_8859_1));
    assertRefused(
        ProblemCode.UNSUPPORTED_MEDIA_TYPE, "webp", "RIFF\0\0\0\0WEBPVP8 ".getBytes(ISO_8859_1));
  }

  private Pictures.Squares draw(String format, byte[] file) throws IOException {
    return pictures.draw(
        Content.open(
            FileType.IMAGES,
            DataSize.ofMegabytes(5),
            "image/" + format,
            new ByteArrayInputStream(file),
            file.length));
  }

  private void assertRefused(ProblemCode code, String format, byte[] file) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> draw(format, file))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(code));
  }

  private static void assertNear(int rgb, Color expected) {
    Color color = new Color(rgb);
    int distance =
        Math.abs(color.getRed() - expected.getRed())
            + Math.abs(color.getGreen() - expected.getGreen())
            + Math.abs(color.getBlue() - expected.getBlue());
    assertThat(distance).as("%s and %s", color, expected).isLessThan(60);
  }

  /** A small PNG whose head claims another size. */
  private static byte[] claiming(int width, int height) {
    byte[] png = TestPictures.of("png", 8, 8);
    ByteBuffer head = ByteBuffer.wrap(png);
    head.putInt(16, width).putInt(20, height);
    CRC32 check = new CRC32();
    check.update(png, 12, 17);
    head.putInt(29, (int) check.getValue());
    return png;
  }

  /** The PNG with a chunk more, behind its head. */
  private static byte[] withChunk(byte[] png, String name, byte[] data) {
    byte[] named = new byte[4 + data.length];
    System.arraycopy(name.getBytes(ISO_8859_1), 0, named, 0, 4);
    System.arraycopy(data, 0, named, 4, data.length);
    CRC32 check = new CRC32();
    check.update(named);
    return ByteBuffer.allocate(png.length + data.length + 12)
        .put(png, 0, 33)
        .putInt(data.length)
        .put(named)
        .putInt((int) check.getValue())
        .put(png, 33, png.length - 33)
        .array();
  }

  /** The JPEG with an Exif segment: how the camera was held, and a text. */
  private static byte[] withExif(byte[] jpeg, int orientation, String text) {
    byte[] note = (text + "\0").getBytes(ISO_8859_1);
    int directory = 8;
    int after = directory + 2 + 2 * 12 + 4;
    ByteBuffer tiff =
        ByteBuffer.allocate(after + note.length)
            .put("MM\0*".getBytes(ISO_8859_1))
            .putInt(directory)
            .putShort((short) 2)
            .putShort((short) 0x010e) // description
            .putShort((short) 2)
            .putInt(note.length)
            .putInt(after)
            .putShort((short) 0x0112) // orientation
            .putShort((short) 3)
            .putInt(1)
            .putShort((short) orientation)
            .putShort((short) 0)
            .putInt(0)
            .put(note);
    byte[] exif = "Exif\0\0".getBytes(ISO_8859_1);
    return ByteBuffer.allocate(jpeg.length + 4 + exif.length + tiff.capacity())
        .put(jpeg, 0, 2)
        .putShort((short) 0xffe1)
        .putShort((short) (2 + exif.length + tiff.capacity()))
        .put(exif)
        .put(tiff.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }
}
