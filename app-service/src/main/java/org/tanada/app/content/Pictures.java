package org.tanada.app.content;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Pictures of users, drawn anew: a square out of the middle in two sizes. What else a file holds
 * (where it was taken, another file behind the picture, a script) does not come through.
 *
 * <p>Memory is bounded: the size is read before the pixels, only every so many pixels of a large
 * picture is decoded, and one picture at a time.
 */
@Component
public final class Pictures {
  private static final Logger log = LoggerFactory.getLogger(Pictures.class);

  /** Sides of the two squares, in pixels. */
  static final int LARGE = 512;

  static final int SMALL = 96;

  private static final long MAX_PIXELS = 40_000_000;

  /** The decoder of WebP holds a picture whole. */
  private static final long MAX_WEBP_PIXELS = 10_000_000;

  /** A row is held whole by every decoder. */
  private static final int MAX_SIDE = 20_000;

  /** Of a frame of a video. */
  private static final int MAX_FRAME = 1280;

  private static final int SECONDS_TO_WAIT = 10;

  private final Semaphore decoding = new Semaphore(1);

  Pictures() {
    ImageIO.setUseCache(false); // nothing of a user's file is written to this disk
  }

  /**
   * Draws the squares.
   *
   * @throws ProblemException {@code unsupported-media-type} for what is no picture, {@code
   *     content-too-large} for one of too many pixels, {@code unavailable}
   */
  public Squares draw(Content picture) {
    byte[] file = read(picture);
    try {
      if (!decoding.tryAcquire(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
        throw new ProblemException(
            ProblemCode.UNAVAILABLE, "Too many pictures are being drawn right now.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The drawing was interrupted.", e);
    }
    try {
      FileType type = picture.type() == FileType.JPEG ? FileType.JPEG : FileType.PNG;
      BufferedImage middle = decode(picture.type(), file, reader -> middle(picture.type(), reader));
      int orientation = picture.type() == FileType.JPEG ? orientation(file) : 1;
      BufferedImage large = square(middle, LARGE, type, orientation);
      return new Squares(type, encode(large, type), encode(square(large, SMALL, type, 1), type));
    } finally {
      decoding.release();
    }
  }

  /**
   * Draws a small picture anew, whole: one that a program made of a user's file.
   *
   * @param png at most {@value #MAX_FRAME} pixels a side
   * @return a JPEG without metadata
   * @throws ProblemException {@code unsupported-media-type} for what is no such picture, {@code
   *     content-too-large}
   */
  public byte[] frame(byte[] png) {
    BufferedImage decoded =
        decode(
            FileType.PNG,
            png,
            reader -> {
              if (Math.max(reader.getWidth(0), reader.getHeight(0)) > MAX_FRAME) {
                throw new ProblemException(
                    ProblemCode.CONTENT_TOO_LARGE,
                    "A frame may have %d pixels a side.".formatted(MAX_FRAME));
              }
              return reader.read(0);
            });
    BufferedImage drawn =
        new BufferedImage(decoded.getWidth(), decoded.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = drawn.createGraphics();
    graphics.drawImage(decoded, 0, 0, null);
    graphics.dispose();
    return encode(drawn, FileType.JPEG);
  }

  private static byte[] read(Content picture) {
    try {
      return picture.stream().readAllBytes();
    } catch (IOException e) {
      throw new ProblemException(
          ProblemCode.DIGEST_MISMATCH, "The content broke off before its end.", e);
    }
  }

  /** The square in the middle, of at most four times the pixels that are needed. */
  private static BufferedImage middle(FileType type, ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    checkSize(type, width, height);
    int side = Math.min(width, height);
    int step = Math.max(1, side / (2 * LARGE));
    ImageReadParam wanted = reader.getDefaultReadParam();
    wanted.setSourceRegion(new Rectangle((width - side) / 2, (height - side) / 2, side, side));
    wanted.setSourceSubsampling(step, step, 0, 0);
    return reader.read(0, wanted);
  }

  /** Takes what is wanted of a picture that is about to be read. */
  private interface Wanted {
    BufferedImage of(ImageReader reader) throws IOException;
  }

  private static BufferedImage decode(FileType type, byte[] file, Wanted wanted) {
    @Nullable ImageReader reader = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader = reader(type);
      reader.setInput(in, true, true);
      return wanted.of(reader);
    } catch (ProblemException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // decoders fail in many ways on what is no picture
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          "The file cannot be read as " + type.mediaType() + ".",
          e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static void checkSize(FileType type, int width, int height) {
    long most = type == FileType.WEBP ? MAX_WEBP_PIXELS : MAX_PIXELS;
    if (width < 1
        || height < 1
        || Math.max(width, height) > MAX_SIDE
        || (long) width * height > most) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE,
          "A picture may have %d megapixels, and %d pixels a side."
              .formatted(most / 1_000_000, MAX_SIDE));
    }
  }

  private static ImageReader reader(FileType type) throws IOException {
    return type == FileType.WEBP
        ? new WebPImageReaderSpi().createReaderInstance(null)
        : ImageIO.getImageReadersByMIMEType(type.mediaType()).next();
  }

  /** How a camera was held, 1 to 8 (Exif 2.32, 4.6.4). */
  private static int orientation(byte[] file) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(in, JPEG.APP1, "Exif");
      if (segments.isEmpty()) {
        return 1;
      }
      try (InputStream data = segments.getFirst().data()) {
        data.skipNBytes(1); // between the segment's name and the TIFF file in it
        @Nullable Entry found =
            new TIFFReader()
                .read(new MemoryCacheImageInputStream(data))
                .getEntryById(TIFF.TAG_ORIENTATION);
        return found != null && found.getValue() instanceof Number value ? value.intValue() : 1;
      }
    } catch (IOException | RuntimeException e) {
      log.debug("metadata that nobody can read says nothing: {}", e.toString());
      return 1;
    }
  }

  private static BufferedImage square(
      BufferedImage image, int side, FileType type, int orientation) {
    BufferedImage now = image;
    while (now.getWidth() >= 2 * side) { // by halves, so that no pixel is passed over
      now = scale(now, now.getWidth() / 2, type, 1);
    }
    return scale(now, Math.min(side, now.getWidth()), type, orientation);
  }

  private static BufferedImage scale(
      BufferedImage image, int side, FileType type, int orientation) {
    BufferedImage scaled =
        new BufferedImage(
            side,
            side,
            type == FileType.JPEG ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = scaled.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.transform(turned(side, orientation));
      graphics.drawImage(image, 0, 0, side, side, null);
      return scaled;
    } finally {
      graphics.dispose();
    }
  }

  /** Turns and mirrors a square as its orientation asks for. */
  private static AffineTransform turned(int side, int orientation) {
    AffineTransform turn = new AffineTransform();
    boolean mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
    int quarters =
        switch (orientation) {
          case 3, 4 -> 2;
          case 6, 7 -> 1;
          case 5, 8 -> 3;
          default -> 0;
        };
    turn.rotate(quarters * Math.PI / 2, side / 2.0, side / 2.0);
    if (mirrored) {
      turn.translate(side, 0);
      turn.scale(-1, 1);
    }
    return turn;
  }

  private static byte[] encode(BufferedImage image, FileType type) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, type == FileType.JPEG ? "jpeg" : "png", out)) {
        throw new IllegalStateException("every JDK writes " + type);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.INTERNAL, "The picture cannot be written.", e);
    }
  }

  /** A picture in two sizes. */
  public static final class Squares {
    private final FileType type;
    private final byte[] large;
    private final byte[] small;

    Squares(FileType type, byte[] large, byte[] small) {
      this.type = type;
      this.large = large;
      this.small = small;
    }

    /** The large one, as a file. */
    public Content large() {
      return new Content(type, new ByteArrayInputStream(large), large.length);
    }

    /** The small one, as a file. */
    public Content small() {
      return new Content(type, new ByteArrayInputStream(small), small.length);
    }
  }
}
