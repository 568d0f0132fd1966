package org.tanada.storage.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.tanada.storage.StorageApplication;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.Disk;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.SwitchedStore;
import org.tanada.storage.replica.Background;

/**
 * A storage node as a process of its own that obeys its standard input, a word a line: a {@link
 * FaultyDisk.State} of its disk, {@code unverified} (reads are compared with nothing), {@code
 * unscrubbed} (it looks at nothing by itself), the contrary of both, {@code scrub} (now). Each is
 * answered, when it is done, by {@link #MARK} and the word. It ends with its input.
 */
final class FaultyNode {
  /** How lines begin that are for whoever started it. */
  static final String MARK = "## ";

  private FaultyNode() {}

  /**
   * Runs it.
   *
   * @param args of the application, behind the path of its disk's journal
   */
  public static void main(String[] args) throws IOException {
    FaultyDisk disk = new FaultyDisk(Path.of(args[0]));
    String[] properties = java.util.Arrays.copyOfRange(args, 1, args.length);
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(StorageApplication.class)
            .initializers(node -> {
              GenericApplicationContext beans = (GenericApplicationContext) node;
              beans.registerBean(Disk.class, () -> disk);
              beans.registerBean(
                  "blobStore",
                  BlobStore.class,
                  () -> new SwitchedStore(node.getBean(StorageProperties.class), disk));
            })
            .run(properties);
    answer("up");
    BufferedReader words = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String word = words.readLine(); word != null; word = words.readLine()) {
      switch (word) {
        case "verified", "unverified" ->
            ((SwitchedStore) context.getBean(BlobStore.class)).verified(word.equals("verified"));
        case "unscrubbed" -> Background.pause(context);
        case "scrubbed" -> Background.resume(context);
        case "scrub" -> Background.scrub(context);
        default -> disk.become(FaultyDisk.State.valueOf(word));
      }
      answer(word);
    }
    Runtime.getRuntime().halt(0); // its parent is gone
  }

  private static void answer(String words) {
    System.out.println(MARK + words);
    System.out.flush();
  }
}
