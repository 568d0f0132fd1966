package org.tanada.storage.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.testing.Poll;

/** What was compared a short time ago, and what makes it be compared again. */
final class LatelyVerifiedTests {
  private static final int SLICE = SliceSums.SLICE;
  private static final int SIZE = 3 * SLICE + 5;
  private static final Duration TIME = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>();
  private final LatelyVerified lately = new LatelyVerified(TIME, now::get);
  private StoredBlob blob;

  @BeforeEach
  void write() throws IOException {
    Path file = Files.write(directory.resolve("1.blob"), new byte[SIZE]);
    blob = new StoredBlob(file, new StoredBlob.Facts(1, SIZE, "00", "video/mp4", 0));
    now.set(FileState.of(file).changed().toInstant().plusSeconds(10));
  }

  @Test
  void slicesThatWereComparedAreHeldUntilTheirTimeIsOver() throws IOException {
    LatelyVerified.Entry entry = lately.entry(blob);
    entry.add(1);
    entry.add(2);

    assertThat(lately.holds(blob, SLICE, 3 * SLICE)).isTrue();
    assertThat(lately.holds(blob, SLICE + 7, SLICE + 8)).isTrue();
    assertThat(lately.holds(blob, SLICE - 1, 2 * SLICE)).isFalse();
    assertThat(lately.holds(blob, SLICE, 3 * SLICE + 1)).isFalse();
    assertThat(lately.blob(blob.file())).hasValue(blob);
    now.set(now.get().plus(TIME).minusMillis(1));
    lately.entry(blob).add(0); // which makes what was known before no younger
    assertThat(lately.holds(blob, 0, 3 * SLICE)).isTrue();
    now.set(now.get().plusMillis(2));
    assertThat(lately.holds(blob, 0, 3 * SLICE)).isFalse();
    assertThat(lately.blob(blob.file())).isEmpty();
  }

  @Test
  void changedFileIsComparedAgainEvenIfItsTimeIsSetBack() throws IOException {
    FileTime before = Files.getLastModifiedTime(blob.file());
    all();

    Poll.until( // the kernel's clock has ticks of some milliseconds
        "the change shows",
        () -> {
          byte[] content = Files.readAllBytes(blob.file());
          content[SLICE] ^= 1;
          Files.write(blob.file(), content);
          Files.setLastModifiedTime(blob.file(), before);
          return !lately.holds(blob, 0, SIZE);
        });
    assertThat(lately.blob(blob.file())).isEmpty();
  }

  @Test
  void fileThatTookItsPlaceIsComparedAgain() throws IOException {
    all();
    Path other = Files.write(directory.resolve("other"), new byte[SIZE]);

    Files.move(other, blob.file(), StandardCopyOption.REPLACE_EXISTING);

    assertThat(lately.holds(blob, 0, SIZE)).isFalse();
    Files.delete(blob.file());
    assertThatThrownBy(() -> lately.entry(blob)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void fileThatWasJustWrittenIsComparedEachTime() throws IOException {
    now.set(FileState.of(blob.file()).changed().toInstant().plusSeconds(2));

    all();

    assertThat(lately.holds(blob, 0, SIZE)).isFalse();
  }

  @Test
  void fileThatSeemsDamagedIsComparedAgain() throws IOException {
    all();
    lately.entry(blob).damaged();
    assertThat(lately.holds(blob, 0, SIZE)).isFalse();

    all();
    assertThat(lately.holds(blob, 0, SIZE)).isTrue();
    lately.forget(blob.file());
    assertThat(lately.holds(blob, 0, SIZE)).isFalse();
  }

  @Test
  void nothingIsRememberedForNoTime() throws IOException {
    LatelyVerified never = new LatelyVerified(Duration.ZERO, now::get);

    never.entry(blob).add(0);

    assertThat(never.entry(blob).kept()).isFalse();
    assertThat(never.holds(blob, 0, SLICE)).isFalse();
  }

  private void all() throws IOException {
    LatelyVerified.Entry entry = lately.entry(blob);
    for (int slice = 0; slice < 4; slice++) {
      entry.add(slice);
    }
  }
}
