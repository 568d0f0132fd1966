package org.tanada.router;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.row.RowPaths;
import org.tanada.common.row.RowsContract;
import org.tanada.router.shard.ShardDirectory;

/** The one call of the rows contract whose path {@link ShardsController} has, too. */
@RestController
final class ShardCountController {
  private final ShardDirectory directory;

  ShardCountController(ShardDirectory directory) {
    this.directory = directory;
  }

  @PostMapping(RowPaths.SHARDS)
  RowsContract.Shards count() {
    return new RowsContract.Shards(directory.count());
  }
}
