package org.tanada.common.blob;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One PUT whose body is pushed by the caller's own thread, in constant memory: at most {@link
 * #CHUNKS_IN_FLIGHT} chunks wait for the network. The body begins only when the server has asked
 * for it (RFC 9110 section 10.1.1, {@code Expect: 100-continue}), so that a caller can turn to
 * another server while nothing of the content is spent. For one thread.
 */
public final class BlobUpload implements AutoCloseable {
  private static final int CHUNKS_IN_FLIGHT = 8;
  private static final Duration GRACE_FOR_ANSWER = Duration.ofSeconds(2);

  private final CompletableFuture<@Nullable Void> asked = new CompletableFuture<>();
  private final SubmissionPublisher<ByteBuffer> body;
  private final CompletableFuture<HttpResponse<byte[]>> answer;
  private final Duration idle;
  private boolean finished;

  /**
   * Sends the head.
   *
   * @param request address and headers; method, body and expectation are set here
   * @param length of the body in bytes, or -1 if unknown
   * @param idle how long the server may take to accept one chunk
   */
  public BlobUpload(HttpClient http, HttpRequest.Builder request, long length, Duration idle) {
    this.idle = idle;
    this.body = new SubmissionPublisher<>(Runnable::run, CHUNKS_IN_FLIGHT);
    HttpRequest.BodyPublisher publisher =
        new HttpRequest.BodyPublisher() {
          @Override
          public long contentLength() {
            return length;
          }

          @Override
          public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            body.subscribe(subscriber);
            asked.complete(null);
          }
        };
    this.answer =
        http.sendAsync(
            request.expectContinue(length != 0).PUT(publisher).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  /**
   * Waits until the server asks for the body.
   *
   * @return true if it does; false if it has answered instead, see {@link #finish}
   * @throws IOException if it cannot be reached or is silent
   */
  public boolean begin(Duration patience) throws IOException {
    CompletableFuture<Object> first = CompletableFuture.anyOf(asked, answer);
    await(first, patience);
    return asked.isDone() && !answer.isDone();
  }

  /**
   * Sends a part of the body; the array may be used again afterwards.
   *
   * @return false if the server has answered already and wants no more
   * @throws IOException if the connection is lost, or the server takes nothing for too long
   */
  public boolean write(byte[] bytes, int offset, int count) throws IOException {
    if (gone()) {
      return false;
    }
    byte[] copy = new byte[count];
    System.arraycopy(bytes, offset, copy, 0, count);
    boolean[] dropped = new boolean[1];
    body.offer(
        ByteBuffer.wrap(copy),
        idle.toMillis(),
        TimeUnit.MILLISECONDS,
        (subscriber, item) -> {
          dropped[0] = true;
          return false;
        });
    if (dropped[0]) {
      throw new HttpTimeoutException("the server takes no more");
    }
    return !gone();
  }

  /**
   * Ends the body and waits for the answer, whatever its status.
   *
   * @throws IOException if the connection is lost, or there is no answer in time
   */
  public HttpResponse<byte[]> finish(Duration patience) throws IOException {
    finished = true;
    body.close();
    return await(answer, patience);
  }

  /** Breaks the connection unless the upload is finished: the server is to keep nothing. */
  @Override
  public void close() {
    if (!finished) {
      body.closeExceptionally(new IOException("the upload was given up"));
      answer.cancel(true);
    }
  }

  /** Whether the server stopped listening: it answered, or the connection is lost. */
  private boolean gone() throws IOException {
    if (!body.hasSubscribers() && !answer.isDone()) {
      await(answer, GRACE_FOR_ANSWER); // the subscription ends a moment before the exchange does
    }
    if (answer.isCompletedExceptionally()) {
      await(answer, Duration.ZERO);
    }
    return answer.isDone();
  }

  private static <T> T await(CompletableFuture<T> future, Duration patience) throws IOException {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      HttpTimeoutException late = new HttpTimeoutException("no answer in time");
      late.initCause(e);
      throw late;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof HttpTimeoutException late) {
        throw late;
      }
      throw new IOException(cause.toString(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
