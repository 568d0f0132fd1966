package org.tanada.app.invoice;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.app.order.Order;
import org.tanada.app.order.OrderPlaced;
import org.tanada.app.order.OrderService;
import org.tanada.app.user.UserRow;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Makes each order's invoice once, in the background: right after the order, and again when
 * somebody asks for one that is not there (the server that began it may be gone). Two servers may
 * make the same one at once; the order names whichever was first, and the other takes its file
 * back.
 */
@Service
public class InvoiceService {
  private static final Logger log = LoggerFactory.getLogger(InvoiceService.class);
  static final String PURPOSE = "invoices";

  private final ShopRows rows;
  private final Files files;
  private final IdGenerator ids;
  private final SignedUrls urls;
  private final InvoicePdf pdf;
  private final AppProperties properties;
  private final InstantSource clock;
  private final Set<Long> making = ConcurrentHashMap.newKeySet();
  private final Semaphore room;

  InvoiceService(
      ShopRows rows,
      Files files,
      IdGenerator ids,
      SignedUrls urls,
      InvoicePdf pdf,
      AppProperties properties,
      InstantSource clock) {
    this.rows = rows;
    this.files = files;
    this.ids = ids;
    this.urls = urls;
    this.pdf = pdf;
    this.properties = properties;
    this.clock = clock;
    this.room = new Semaphore(properties.invoicesInTheMaking());
  }

  /**
   * Signed address of the invoice; empty while it is in the making, which this call begins if need
   * be.
   *
   * @throws ProblemException {@code not-found} for an order that is not the user's
   */
  public Optional<String> url(Identity buyer, long orderId) {
    // from the primary: the invoice is written in the background, its token reaches no client
    Stored<Order> order =
        rows.findNow(Order.TABLE, orderId)
            .filter(found -> found.owner() == buyer.userId())
            .orElseThrow(OrderService::missing);
    Long invoice = order.value().invoiceId();
    if (invoice == null) {
      begin(orderId);
      return Optional.empty();
    }
    Instant until = clock.instant().plus(properties.invoiceTime());
    return Optional.of(urls.sign(Blobs.path(PURPOSE, invoice), until));
  }

  /** Begins with the invoice as soon as there is an order. */
  @EventListener
  void placed(OrderPlaced order) {
    begin(order.orderId());
  }

  private void begin(long orderId) {
    if (!making.add(orderId)) {
      return;
    }
    Thread.ofVirtual()
        .name("invoice")
        .start(() -> {
          try {
            room.acquire();
            try {
              make(orderId);
            } finally {
              room.release();
            }
          } catch (ProblemException e) {
            log.warn(
                "invoice of order {} is made when it is asked for: {}", orderId, e.getMessage());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            log.error("invoice of order {} cannot be made", orderId, e);
          } finally {
            making.remove(orderId);
          }
        });
  }

  private void make(long orderId) {
    Stored<Order> order = rows.findNow(Order.TABLE, orderId).orElseThrow(OrderService::missing);
    if (order.value().invoiceId() != null) {
      return;
    }
    Map<Long, Stored<UserRow>> people =
        rows.findAll(UserRow.TABLE, List.of(order.owner(), order.value().sellerId()));
    byte[] document =
        pdf.write(order, people.get(order.owner()), people.get(order.value().sellerId()));
    long id = ids.nextBeside(orderId);
    try {
      files.store(
          order.owner(), PURPOSE, id, "application/pdf", document, fresh -> record(order, fresh));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.VERSION_MISMATCH) {
        throw e; // else another server was first, and this file has been taken back
      }
    }
  }

  private Stored<Order> record(Stored<Order> order, Files.Fresh invoice) {
    Write write =
        Write.update(
            Order.TABLE, order.id(), order.version(), Map.of("invoiceId", invoice.blob().id()));
    return ShopRows.only(Order.TABLE, rows.commit(order.owner(), write, invoice.named()));
  }
}
