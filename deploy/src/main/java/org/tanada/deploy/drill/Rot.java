package org.tanada.deploy.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Flips bits of stored copies where they lie. Of each file in one copy once, and only while another
 * node has the same bytes: more is more than copies can mend.
 */
final class Rot {
  /** Whose files rot. */
  static final String TIER = "storage-videos";

  private static final int AT_ONCE = 8;
  private static final int DIRECTORIES = 8;

  private final Installation installation;
  private final List<String> nodes;
  private final Random random;
  private final Set<String> rotten = new HashSet<>();
  private final List<Flip> flips = new ArrayList<>();

  Rot(Installation installation, List<String> nodes, long seed) {
    this.installation = installation;
    this.nodes = nodes;
    this.random = new Random(seed); // what there is to choose from depends on the load
  }

  /** Whether the files of all nodes can be reached. */
  private boolean possible() {
    return nodes.stream().allMatch(node -> installation.data(node).isPresent());
  }

  /** Flips bits of some files in the copies of a node; which ones. */
  List<VideoLoad.Uploaded> flip(String node, List<VideoLoad.Uploaded> files) throws IOException {
    List<VideoLoad.Uploaded> flipped = new ArrayList<>();
    if (!possible()) {
      return flipped;
    }
    List<VideoLoad.Uploaded> candidates = new ArrayList<>(files);
    Collections.shuffle(candidates, random);
    for (VideoLoad.Uploaded file : candidates) {
      if (flipped.size() < AT_ONCE && !rotten.contains(file.blob()) && flipped(node, file)) {
        rotten.add(file.blob());
        flipped.add(file);
      }
    }
    return flipped;
  }

  /** How many there were, and how many of them are whole again. */
  String figures() {
    return possible()
        ? "%d bits flipped, %d of them mended so far"
            .formatted(flips.size(), flips.stream().filter(Flip::mended).count())
        : "no bits flipped: the nodes' files are in volumes of Docker's, not in directories";
  }

  private boolean flipped(String node, VideoLoad.Uploaded file) throws IOException {
    try {
      Optional<Path> here = copy(node, file);
      if (here.isEmpty()) {
        return false;
      }
      for (String other : nodes) {
        Optional<Path> there = other.equals(node) ? Optional.empty() : copy(other, file);
        if (there.isPresent() && Files.mismatch(here.get(), there.get()) < 0) {
          flips.add(Flip.of(here.get(), random.nextLong(file.size())));
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException e) {
      return false; // it moved away this very moment
    }
  }

  private Optional<Path> copy(String node, VideoLoad.Uploaded file) throws IOException {
    Path blobs = installation.data(node).orElseThrow().resolve("blobs");
    String name = file.blob() + ".blob";
    try (Stream<Path> all =
        Files.find(blobs, DIRECTORIES, (path, _) -> path.getFileName().toString().equals(name))) {
      return all.findFirst();
    }
  }

  /** A byte that was changed. */
  private record Flip(Path file, long at, byte before) {
    static Flip of(Path file, long at) throws IOException {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        byte before = one.get(0);
        one.put(0, (byte) (before ^ 4)).rewind();
        channel.write(one, at);
        return new Flip(file, at, before);
      }
    }

    boolean mended() {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        ByteBuffer one = ByteBuffer.allocate(1);
        return channel.read(one, at) == 1 && one.get(0) == before;
      } catch (IOException e) {
        return false; // it is being replaced, or was given away
      }
    }
  }
}
