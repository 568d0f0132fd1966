package org.tanada.app.preview;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.app.content.FileType;
import org.tanada.app.preview.BoundedProgram.Run;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks into a video by {@code ffprobe} and {@code ffmpeg}. Both are told what kind of file it is,
 * so that none is taken for a playlist, and may open files and pipes alone: no video makes them
 * read an address, or another file.
 */
final class Ffmpeg {
  /** Sides of a picture, in pixels, at most. */
  private static final String SCALE =
      "scale=w='min(1280,iw)':h='min(720,ih)':force_original_aspect_ratio=decrease";

  /** Of a frame, before it is made smaller: 8K. */
  private static final String MAX_PIXELS = "36000000";

  private static final int MAX_FACTS = 64 * 1024;
  private static final int MAX_PICTURE = 8 << 20;

  /** A picture is taken at a tenth of the video, but no later. */
  private static final double LATEST_SECONDS = 3;

  private static final double LONGEST_SECONDS = 1e7; // 115 days: what says more says nothing

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path ffmpeg;
  private final Path ffprobe;
  private final BoundedProgram program;

  private Ffmpeg(Path ffmpeg, Path ffprobe, BoundedProgram program) {
    this.ffmpeg = ffmpeg;
    this.ffprobe = ffprobe;
    this.program = program;
  }

  /** Both programs, if they are installed. */
  static Optional<Ffmpeg> find(PreviewProperties properties) {
    BoundedProgram program = new BoundedProgram(properties.timeLimit(), properties.memory());
    return find(properties.ffmpeg())
        .flatMap(ffmpeg ->
            find(properties.ffprobe()).map(ffprobe -> new Ffmpeg(ffmpeg, ffprobe, program)));
  }

  private static Optional<Path> find(String name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    List<Path> places = new ArrayList<>();
    if (name.contains("/")) {
      places.add(Path.of(name));
    } else {
      String path = System.getenv("PATH");
      for (String directory : (path == null ? "/usr/bin" : path).split(File.pathSeparator, -1)) {
        places.add(Path.of(directory, name));
      }
    }
    return places.stream()
        .filter(place -> Files.isExecutable(place) && !Files.isDirectory(place))
        .map(Path::toAbsolutePath)
        .findFirst();
  }

  /** Where the program is. */
  Path path() {
    return ffmpeg;
  }

  /** Ends the look that is under way. */
  void stop() {
    program.stop();
  }

  /**
   * Looks into a file.
   *
   * @param file in a directory of its own
   * @throws IOException if a program cannot be started
   */
  Look look(Path file, FileType type) throws IOException {
    return switch (run(ffprobe, MAX_FACTS, file, type, facts())) {
      case Run.Stopped stopped -> new Look.GaveUp("ffprobe " + stopped.why());
      case Run.Ended ended when ended.code() != 0 -> new Look.Unreadable(ended.errors());
      case Run.Ended ended -> look(file, type, ended.output());
    };
  }

  private Look look(Path file, FileType type, byte[] facts) throws IOException {
    JsonNode said;
    try {
      said = JSON.readTree(facts);
    } catch (JacksonException e) {
      return new Look.Unreadable("ffprobe's answer is none: " + e.getOriginalMessage());
    }
    Double seconds = seconds(said);
    boolean moving = false;
    for (JsonNode stream : said.path("streams")) {
      moving |= stream.path("codec_type").asString("").equals("video");
    }
    Long millis = seconds == null ? null : Math.round(seconds * 1000);
    if (!moving) {
      return millis == null
          ? new Look.Unreadable("it has neither pictures nor a duration")
          : new Look.Seen(millis, null);
    }
    double at = seconds == null ? 0 : Math.min(seconds / 10, LATEST_SECONDS);
    Look look = picture(file, type, millis, at);
    boolean none = look instanceof Look.Seen(Long _, byte[] frame) && frame == null;
    return none && at > 0 ? picture(file, type, millis, 0) : look;
  }

  private Look picture(Path file, FileType type, @Nullable Long millis, double at)
      throws IOException {
    return switch (run(ffmpeg, MAX_PICTURE, file, type, frame(at))) {
      case Run.Stopped stopped -> new Look.GaveUp("ffmpeg " + stopped.why());
      case Run.Ended ended -> {
        byte[] png = ended.output();
        yield new Look.Seen(millis, ended.code() == 0 && png.length > 0 ? png : null);
      }
    };
  }

  private static @Nullable Double seconds(JsonNode said) {
    String text = said.path("format").path("duration").asString("");
    try {
      double seconds = Double.parseDouble(text);
      return seconds > 0 && seconds < LONGEST_SECONDS ? seconds : null;
    } catch (NumberFormatException e) {
      return null; // it does not say, which a stream need not
    }
  }

  /** What is asked, with the file's place in it. */
  private record Options(List<String> before, List<String> after) {}

  private static Options facts() {
    return new Options(
        List.of(), List.of("-show_entries", "format=duration:stream=codec_type", "-of", "json"));
  }

  private static Options frame(double at) {
    return new Options(
        List.of("-nostdin", "-max_pixels", MAX_PIXELS, "-ss", Double.toString(at)),
        List.of(
            "-map",
            "0:v:0",
            "-frames:v",
            "1",
            "-filter_threads",
            "1",
            "-vf",
            SCALE,
            "-threads",
            "1",
            "-f",
            "image2pipe",
            "-c:v",
            "png",
            "pipe:1"));
  }

  private Run run(Path what, int maxOutput, Path file, FileType type, Options options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(what.toString(), "-v", "error"));
    command.addAll(List.of("-protocol_whitelist", "file,pipe", "-threads", "1"));
    command.addAll(options.before());
    command.addAll(List.of("-f", type == FileType.WEBM ? "matroska" : "mp4"));
    command.addAll(List.of("-i", "file:" + file.getFileName()));
    command.addAll(options.after());
    return program.run(command, file.toAbsolutePath().resolveSibling(""), maxOutput);
  }
}
