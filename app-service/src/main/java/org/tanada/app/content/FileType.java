package org.tanada.app.content;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Types of files that the shop takes, each with the bytes that such a file begins with. */
public enum FileType {
  /** ISO base media file: its first box is {@code ftyp} (ISO/IEC 14496-12, 4.3). */
  MP4("video/mp4"),
  /** Matroska: begins with an EBML head (RFC 8794, 8.1). */
  WEBM("video/webm"),
  PNG("image/png"),
  JPEG("image/jpeg"),
  /** A RIFF file of kind {@code WEBP} (RFC 9649, 2.4). */
  WEBP("image/webp"),
  GIF("image/gif");

  /** Videos that can be sold. */
  public static final List<FileType> VIDEOS = List.of(MP4, WEBM);

  /** Pictures that can be avatars; no SVG, which may carry scripts. */
  public static final List<FileType> IMAGES = List.of(PNG, JPEG, WEBP, GIF);

  /** How many first bytes tell the type. */
  public static final int HEAD = 12;

  private final String mediaType;

  FileType(String mediaType) {
    this.mediaType = mediaType;
  }

  /** Its media type. */
  public String mediaType() {
    return mediaType;
  }

  /** Whether a file of this type can begin like this. */
  public boolean begins(byte[] head) {
    return switch (this) {
      case MP4 -> at(head, 4, "ftyp");
      case WEBM -> at(head, 0, "\u001aE\u00df\u00a3");
      case PNG -> at(head, 0, "\u0089PNG\r\n\u001a\n");
      case JPEG -> at(head, 0, "\u00ff\u00d8\u00ff");
      case WEBP -> at(head, 0, "RIFF") && at(head, 8, "WEBP");
      case GIF -> at(head, 0, "GIF87a") || at(head, 0, "GIF89a");
    };
  }

  private static boolean at(byte[] head, int offset, String expected) {
    byte[] bytes = expected.getBytes(StandardCharsets.ISO_8859_1);
    if (head.length < offset + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (head[offset + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
