package org.tanada.cdn.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.cdn.cache.Content;
import org.tanada.cdn.config.EdgeMetrics;

/**
 * Sends bytes of an object to one client as fast as that client takes them: slices of the cached
 * array without a copy, or of the file by the kernel (sendfile), unless the connection is
 * encrypted. At most one part of a file is under way at a time. All on the client's event loop.
 */
final class ContentWriter {
  private static final Logger log = LoggerFactory.getLogger(ContentWriter.class);
  private static final int RAM_PART = 64 * 1024;
  private static final int FILE_PART = 512 * 1024;

  private final ChannelHandlerContext client;
  private final Content content;
  private final long end;
  private final EdgeMetrics metrics;
  private final Consumer<Boolean> done;
  private long position;
  private @Nullable FileChannel file;
  private boolean regionUnderWay;
  private boolean waiting;
  private boolean over;

  /**
   * Prepares to send.
   *
   * @param end the byte after the last; {@link Long#MAX_VALUE} if that is not known yet
   * @param done told whether everything was sent; the last part may still be in the socket's queue
   */
  ContentWriter(
      ChannelHandlerContext client,
      Content content,
      long from,
      long end,
      EdgeMetrics metrics,
      Consumer<Boolean> done) {
    this.client = client;
    this.content = content;
    this.position = from;
    this.end = end;
    this.metrics = metrics;
    this.done = done;
  }

  /** Opens the file if the object is in one; false if it is gone. */
  boolean prepare() {
    Path path = content.view().file();
    return path == null || open(path);
  }

  private boolean open(Path path) {
    try {
      file = FileChannel.open(path, StandardOpenOption.READ);
      return true;
    } catch (IOException e) {
      log.debug("{} cannot be opened: {}", path, e.toString());
      return false;
    }
  }

  /** Sends what can be sent now; called again whenever that may be more. */
  void pump() {
    boolean wrote = false;
    while (!over && !regionUnderWay && !waiting && client.channel().isWritable()) {
      Content.View view = content.view();
      if (view.failed()) {
        finish(false);
        return;
      }
      long ready = Math.min(view.available(), end) - position;
      if (ready <= 0) {
        if (position >= end || (view.ended() && position >= view.available())) {
          client.write(LastHttpContent.EMPTY_LAST_CONTENT);
          wrote = true;
          finish(end == Long.MAX_VALUE || position >= end);
          break;
        }
        waiting = content.await(position, client.executor(), this::woken);
        continue;
      }
      if (!write(view, ready)) {
        finish(false);
        return;
      }
      wrote = true;
    }
    if (wrote) {
      client.flush();
    }
  }

  private boolean write(Content.View view, long ready) {
    byte[] array = view.array();
    if (array != null) {
      int count = (int) Math.min(ready, RAM_PART);
      client.write(
          new DefaultHttpContent(Unpooled.wrappedBuffer(array, (int) position, count)),
          client.voidPromise());
      position += count;
      metrics.sent(count);
      return true;
    }
    Path path = view.file();
    if (file == null && (path == null || !open(path))) {
      return false;
    }
    FileChannel open = file;
    if (open == null) {
      return false;
    }
    long count = Math.min(ready, FILE_PART);
    Object part;
    if (client.pipeline().get(SslHandler.class) != null) {
      count = Math.min(count, RAM_PART);
      ByteBuf read = read(open, (int) count);
      if (read == null) {
        return false;
      }
      part = new DefaultHttpContent(read);
    } else {
      part = new SharedRegion(open, position, count);
    }
    regionUnderWay = true;
    client
        .write(part)
        .addListener(sent -> {
          regionUnderWay = false;
          if (over) {
            closeFile();
          } else if (sent.isSuccess()) {
            pump();
          } else {
            finish(false);
          }
        });
    position += count;
    metrics.sent(count);
    return true;
  }

  /** What is to be encrypted passes through memory; null if the file cannot be read. */
  private @Nullable ByteBuf read(FileChannel open, int count) {
    ByteBuf part = client.alloc().buffer(count);
    try {
      while (part.readableBytes() < count) {
        int got =
            part.writeBytes(open, position + part.readableBytes(), count - part.readableBytes());
        if (got < 0) {
          throw new EOFException("it ends before byte " + (position + count));
        }
      }
      return part;
    } catch (IOException e) {
      part.release();
      log.warn("a cached file cannot be read: {}", e.toString());
      return null;
    }
  }

  private void woken() {
    waiting = false;
    pump();
  }

  /** The client is gone. */
  void close() {
    over = true;
    if (!regionUnderWay) {
      closeFile();
    }
  }

  private void finish(boolean complete) {
    if (!over) {
      close();
      done.accept(complete);
    }
  }

  private void closeFile() {
    FileChannel open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("closing a cached file failed: {}", e.toString());
      }
    }
  }

  /** A part of a file that stays open when the part is sent. */
  private static final class SharedRegion extends DefaultFileRegion {
    SharedRegion(FileChannel file, long position, long count) {
      super(file, position, count);
    }

    @Override
    protected void deallocate() {
      // the writer closes the file after its last part
    }
  }
}
