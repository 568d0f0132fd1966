package org.tanada.app.preview;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.content.FileType;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoService;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Brings a sample of a video from the storage to this disk for as long as it is looked into. */
@Component
final class VideoLook {
  private static final Logger log = LoggerFactory.getLogger(VideoLook.class);
  private static final String PREFIX = "tanada-preview-";
  private static final Duration TO_OPEN = Duration.ofMinutes(15);

  /** What a server that died has left is surely nobody's after that. */
  private static final Duration LEFT = Duration.ofDays(1);

  private final Blobs blobs;
  private final SignedUrls urls;
  private final InstantSource clock;
  private final long sample;

  VideoLook(Blobs blobs, SignedUrls urls, InstantSource clock, PreviewProperties properties) {
    this.blobs = blobs;
    this.urls = urls;
    this.clock = clock;
    this.sample = properties.sample().toBytes();
  }

  /**
   * Looks into a video that has content.
   *
   * @throws ProblemException if the storage does not give it
   */
  Look look(Ffmpeg program, Stored<Video> stored) {
    Video video = stored.value();
    Long content = video.contentId();
    Long size = video.contentSize();
    FileType type =
        FileType.VIDEOS.stream()
            .filter(known -> known.mediaType().equals(video.contentType()))
            .findFirst()
            .orElse(null);
    if (content == null || size == null || type == null) {
      return new Look.Unreadable("it is of no known type");
    }
    Path directory;
    try {
      directory = Files.createTempDirectory(PREFIX);
    } catch (IOException e) {
      return new Look.GaveUp("there is no room for temporary files: " + e);
    }
    try {
      Path file = directory.resolve("content");
      bring(content, size, type, file);
      return program.look(file, type);
    } catch (IOException e) {
      return new Look.GaveUp(e.toString());
    } finally {
      remove(directory);
    }
  }

  /** Removes what servers that died have left on this disk. */
  void removeLeftovers() {
    Instant old = clock.instant().minus(LEFT);
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith(PREFIX)).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          remove(file);
        }
      }
    } catch (IOException e) {
      log.warn("temporary files of videos cannot be listed: {}", e.toString());
    }
  }

  private void bring(long content, long size, FileType type, Path file) throws IOException {
    String path = Blobs.path(VideoService.PURPOSE, content);
    String address = urls.sign(path, clock.instant().plus(TO_OPEN));
    try (Blobs.Opened opened = blobs.open(VideoService.PURPOSE, address)) {
      VideoSample.write(opened.content(), size, type, sample, file);
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      log.warn("{} is left behind: {}", directory, e.toString());
    }
  }
}
