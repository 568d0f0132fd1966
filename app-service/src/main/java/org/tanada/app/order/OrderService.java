package org.tanada.app.order;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.tanada.app.data.ShopRows;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Buying. The order is a row on the buyer's shard; the sale follows on the seller's shard, by the
 * router's outbox, exactly once.
 */
@Service
public class OrderService {
  private final ShopRows rows;
  private final VideoService videos;
  private final IdGenerator ids;
  private final ApplicationEventPublisher events;

  OrderService(
      ShopRows rows, VideoService videos, IdGenerator ids, ApplicationEventPublisher events) {
    this.rows = rows;
    this.videos = videos;
    this.ids = ids;
    this.events = events;
  }

  /**
   * Buys a published video at its price of this moment.
   *
   * @throws ProblemException {@code not-found}, {@code conflict} for one's own video, {@code
   *     already-bought}, {@code idempotency-key-reused}
   */
  public Stored<Order> buy(Identity buyer, long videoId, IdempotencyKey key) {
    String fingerprint = IdempotencyKey.fingerprint("POST /orders", videoId);
    Stored<Video> video;
    try {
      video = forSale(buyer, videoId);
    } catch (ProblemException e) {
      // a repeated request gets its first answer, also when the video has been withdrawn since
      return rows.answerBefore(
              buyer.userId(), Order.TABLE, ids.nextBeside(buyer.userId()), key, fingerprint)
          .map(before -> ShopRows.only(Order.TABLE, before))
          .orElseThrow(() -> e);
    }
    Transaction.Committed committed;
    try {
      committed = ShopRows.withFreshId(() -> place(buyer.userId(), video, key, fingerprint));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.DUPLICATE) {
        throw new ProblemException(
            ProblemCode.ALREADY_BOUGHT, "You have bought this video before.", e);
      }
      throw e;
    }
    Stored<Order> order = ShopRows.only(Order.TABLE, committed);
    if (!committed.repeated()) {
      events.publishEvent(new OrderPlaced(order.id()));
    }
    return order;
  }

  /** The user's orders, newest first. */
  public Rows.TypedPage<Order> orders(Identity buyer, PageRequest page) {
    return rows.ofOwner(Order.TABLE, buyer.userId(), Map.of(), page);
  }

  /**
   * One of the user's orders.
   *
   * @throws ProblemException {@code not-found}, also for another's
   */
  public Stored<Order> order(Identity buyer, long id) {
    return rows.find(Order.TABLE, id)
        .filter(order -> order.owner() == buyer.userId())
        .orElseThrow(OrderService::missing);
  }

  /** The user's order of that video, if they have bought it. */
  public Optional<Stored<Order>> orderOf(Identity buyer, long videoId) {
    return rows
        .ofOwner(Order.TABLE, buyer.userId(), Map.of("videoId", videoId), PageRequest.first(1))
        .rows()
        .stream()
        .findFirst();
  }

  /** The user's sales, newest first. */
  public Rows.TypedPage<Sale> sales(Identity seller, PageRequest page) {
    return rows.ofOwner(Sale.TABLE, seller.userId(), Map.of(), page);
  }

  /** What is said of an order that does not exist or is another's. */
  public static ProblemException missing() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such order.");
  }

  private Stored<Video> forSale(Identity buyer, long videoId) {
    // read from the primary: the price that is taken must be the price of now
    Stored<Video> video = videos.findNow(videoId).orElseThrow(VideoService::missing);
    boolean own = VideoService.isOwner(buyer, video);
    if (!video.value().isPublished() && !own) {
      throw VideoService.missing();
    }
    if (own) {
      throw new ProblemException(ProblemCode.CONFLICT, "The video is your own.");
    }
    return video;
  }

  private Transaction.Committed place(
      long buyer, Stored<Video> video, IdempotencyKey key, String fingerprint) {
    long seller = video.owner();
    long orderId = ids.nextBeside(buyer);
    long saleId = ids.nextBeside(seller);
    Video bought = video.value();
    Order order =
        new Order(
            video.id(),
            seller,
            bought.title(),
            bought.priceMinor(),
            bought.currency(),
            saleId,
            null);
    Sale sale = new Sale(orderId, video.id(), buyer, bought.priceMinor(), bought.currency());
    return rows.commit(
        buyer,
        List.of(Write.insert(Order.TABLE, orderId, order)),
        List.of(new Transaction.Effect(seller, List.of(Write.insert(Sale.TABLE, saleId, sale)))),
        key,
        fingerprint);
  }
}
