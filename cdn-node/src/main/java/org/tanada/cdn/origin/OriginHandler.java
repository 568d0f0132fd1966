package org.tanada.cdn.origin;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Receives one answer, on the event loop of the call; after {@code failed} or {@code end} nothing.
 */
public interface OriginHandler {
  /**
   * The head is there.
   *
   * @param requested when the request was sent, milliseconds of the epoch
   * @param arrived when the head came
   */
  void head(HttpResponse response, long requested, long arrived);

  /** A part of the body; the buffer belongs to the caller. */
  void data(ByteBuf part);

  /** The body was complete. */
  void end();

  /** No node answered, or the answer broke off. */
  void failed(OriginFailure failure);
}
