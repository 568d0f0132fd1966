package org.tanada.app.order;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.tanada.app.web.Money;
import org.tanada.common.row.Stored;

/**
 * A sale in the API; who bought is not told.
 *
 * @param id of the sale
 * @param orderId the order
 * @param videoId what was sold
 * @param price what was paid
 * @param at when
 */
@Schema(name = "Sale")
record SaleBody(
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long id,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long orderId,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long videoId,
    Money price,
    Instant at) {
  static SaleBody of(Stored<Sale> stored) {
    Sale sale = stored.value();
    return new SaleBody(
        stored.id(), sale.orderId(), sale.videoId(), sale.price(), stored.createdAt());
  }
}
