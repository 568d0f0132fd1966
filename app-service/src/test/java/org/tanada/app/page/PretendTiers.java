package org.tanada.app.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.testing.InMemoryRows;

/** The tiers behind an app server, in memory. */
@TestConfiguration(proxyBeanMethods = false)
class PretendTiers {
  @Bean
  InMemoryRows rows() {
    return new InMemoryRows()
        .unique("orders", "buyer_video", "user_id", "video_id")
        .unique("sales", "seller_order", "user_id", "order_id");
  }

  @Bean
  AccountsContract accounts(RowsContract rows) {
    return new PretendAccounts(rows);
  }

  @Bean
  PretendBlobs blobs() {
    return new PretendBlobs();
  }

  /** Files in memory. */
  static final class PretendBlobs implements Blobs {
    final Map<String, byte[]> files = new ConcurrentHashMap<>();

    @Override
    public Blob put(String purpose, long id, String contentType, InputStream content, long length) {
      try {
        byte[] bytes = content.readAllBytes();
        files.put(purpose + "/" + id, bytes);
        String sha256 =
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        return new Blob(purpose, id, bytes.length, sha256, contentType);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void delete(String purpose, long id) {
      files.remove(purpose + "/" + id);
    }
  }
}
