package org.tanada.app.order;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.tanada.app.web.Money;
import org.tanada.common.row.Stored;

/**
 * An order in the API.
 *
 * @param id of the order
 * @param version of the row
 * @param videoId what was bought
 * @param sellerId from whom
 * @param title of the video, as it was then
 * @param price what was paid
 * @param at when
 */
@Schema(name = "Order", description = "Title and price are those of the moment of buying.")
record OrderBody(
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long id,
    long version,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long videoId,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long sellerId,
    String title,
    Money price,
    Instant at) {
  static OrderBody of(Stored<Order> stored) {
    Order order = stored.value();
    return new OrderBody(
        stored.id(),
        stored.version(),
        order.videoId(),
        order.sellerId(),
        order.title(),
        order.price(),
        stored.createdAt());
  }
}
