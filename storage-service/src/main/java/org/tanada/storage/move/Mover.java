package org.tanada.storage.move;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.FileMove;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.OnDisk;
import org.tanada.storage.blob.OnS3;
import org.tanada.storage.blob.PurposeRules;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.place.Known;
import org.tanada.storage.place.Movable;
import org.tanada.storage.place.UploadBody;
import org.tanada.storage.replica.Pace;

/**
 * Brings this node's part of the files from the place where they were to the one where they are to
 * be, in passes. Each file is stored there with all its copies, read there again and held against
 * its SHA-256, and only then let go of here. Nothing but the two places is needed to know what is
 * left, so a crash at any point costs one file's bytes: the next pass goes on. A pass begins when
 * it is asked for, which is when all nodes write to the new place.
 */
@Component
@OnDisk
@OnS3
class Mover implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(Mover.class);

  /** So many files one after the other that cannot be moved mean that none can. */
  private static final int ENOUGH = 10;

  private static final Duration TO_END = Duration.ofSeconds(5);

  private final Movable from;
  private final Movable to;
  private final PurposeRules rules;
  private final String node;
  private final Pace pace;
  private final Counter files;
  private final Counter bytes;
  private final AtomicLong left = new AtomicLong();
  private final AtomicLong moved = new AtomicLong();
  private final AtomicLong movedBytes = new AtomicLong();
  private @Nullable Thread thread;
  private long passes;
  private volatile String problem = "";
  private volatile boolean ending;

  Mover(
      @Qualifier("diskFiles") Movable disks,
      @Qualifier("s3Files") Movable bucket,
      PurposeRules rules,
      StorageProperties limits,
      NodeProperties node,
      MeterRegistry meters) {
    boolean toBucket = rules.backend() == PurposeRules.Backend.S3;
    this.from = toBucket ? disks : bucket;
    this.to = toBucket ? bucket : disks;
    this.rules = rules;
    this.node = node.node();
    this.pace = Pace.of(limits.moveRate().toBytes());
    Gauge.builder("tanada.storage.move.left", left, AtomicLong::get)
        .description("Files that are still where they are moved from, as the pass sees it")
        .register(meters);
    this.files =
        Counter.builder("tanada.storage.move.files")
            .description("Files that were moved between disks and bucket")
            .register(meters);
    this.bytes =
        Counter.builder("tanada.storage.move")
            .description("Bytes of files that were moved between disks and bucket")
            .baseUnit("bytes")
            .register(meters);
  }

  /** Begins a pass unless one is under way. */
  synchronized FileMove begin() {
    if (thread == null && !ending) {
      problem = "";
      thread = Thread.ofPlatform().name("storage-move").daemon().start(this::pass);
    }
    return state();
  }

  /** How it goes. */
  synchronized FileMove state() {
    PurposeRules.Backend other = rules.otherBackend();
    return new FileMove(
        node,
        rules.backend().word(),
        other == null ? null : other.word(),
        from.owed() + to.owed(),
        thread != null,
        passes,
        left.get(),
        moved.get(),
        movedBytes.get(),
        problem);
  }

  private void pass() {
    try {
      left.set(from.count());
      log.info("moving {} files to {}", left.get(), rules.backend());
      new Pass().run();
      left.set(from.count());
      log.info("{} files are left, {} were moved since the start", left.get(), moved.get());
    } catch (EndedException e) {
      log.info("moving ends with {} files left", left.get(), e);
    } catch (RuntimeException e) {
      problem = said(e);
      left.set(Math.max(1, left.get())); // not known: not none
      log.error("moving stands still", e);
    } finally {
      synchronized (this) {
        thread = null;
        passes++;
      }
    }
  }

  private static String said(Exception e) {
    return e instanceof ProblemException told ? String.valueOf(told.getMessage()) : e.toString();
  }

  @Override
  public void destroy() throws InterruptedException {
    ending = true;
    Thread running;
    synchronized (this) {
      running = thread;
    }
    if (running != null) {
      running.interrupt();
      if (!running.join(TO_END)) {
        log.warn("moving does not end; what it was doing is done again later");
      }
    }
  }

  /** One walk over all files. */
  private final class Pass {
    private int failures;

    void run() {
      from.each(this::visit);
    }

    private void visit(long id) {
      if (ending || Thread.currentThread().isInterrupted()) {
        throw new EndedException();
      }
      if (!to.takes(id)) {
        return;
      }
      try {
        move(id);
        failures = 0;
      } catch (IOException | RuntimeException e) {
        if (ending) {
          throw new EndedException();
        }
        log.warn("file {} is not moved yet", id, e);
        problem = "file " + id + ": " + said(e);
        if (++failures >= ENOUGH) {
          throw new ProblemException(
              ProblemCode.UNAVAILABLE, ENOUGH + " files could not be moved; " + problem, e);
        }
      }
    }

    private void move(long id) throws IOException {
      switch (from.find(id)) {
        case Known.Nothing() -> log.debug("file {} went meanwhile", id);
        case Known.Deleted() -> bringDeletion(id);
        case Known.Damaged() -> replaceDamaged(id);
        case Known.There(StoredBlob.Facts facts) -> bring(facts);
      }
    }

    private void bringDeletion(long id) {
      if (!(to.find(id) instanceof Known.Deleted)) {
        to.delete(id);
      }
      from.release(id);
    }

    /** What cannot be read here is good there, brought by another node, or is mended here. */
    private void replaceDamaged(long id) throws IOException {
      if (!(to.find(id) instanceof Known.There(StoredBlob.Facts facts)) || !to.proved(facts)) {
        throw new IOException("it is damaged, and no other copy was moved so far");
      }
      from.release(id);
    }

    private void bring(StoredBlob.Facts facts) throws IOException {
      try {
        to.take(facts, () -> new PacedStream(from.open(facts.id())));
      } catch (ProblemException e) {
        if (e.code() == ProblemCode.CONFLICT && to.find(facts.id()) instanceof Known.Deleted) {
          from.release(facts.id()); // it was deleted while it was on its way
          return;
        }
        throw e;
      }
      if (!to.proved(facts)) {
        throw new IOException("what was stored is not what was read");
      }
      pace.moved(facts.size()); // it was read once more
      from.release(facts.id());
      left.updateAndGet(count -> Math.max(0, count - 1));
      moved.incrementAndGet();
      movedBytes.addAndGet(facts.size());
      files.increment();
      bytes.increment((double) facts.size());
    }
  }

  /** Holds a content to the pace. */
  private final class PacedStream extends FilterInputStream {
    PacedStream(InputStream content) {
      super(content);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, Math.min(length, UploadBody.CHUNK));
      pace.moved(Math.max(0, count));
      return count;
    }
  }

  /** The node stops. */
  private static final class EndedException extends RuntimeException {
    EndedException() {
      super("the node stops");
    }
  }
}
