package org.tanada.common.row;

/** Where a router offers the calls of {@link RowsContract}, each by POST. */
public final class RowPaths {
  /** {@link RowsContract#shards}. */
  public static final String SHARDS = "/v1/shards";

  /** {@link RowsContract#read}. */
  public static final String READS = "/v1/reads";

  /** {@link RowsContract#list}. */
  public static final String LISTS = "/v1/lists";

  /** {@link RowsContract#commit}. */
  public static final String TRANSACTIONS = "/v1/transactions";

  /** {@link RowsContract#claim}. */
  public static final String CLAIMS = "/v1/claims";

  /** {@link RowsContract#release}. */
  public static final String RELEASES = "/v1/claims/releases";

  /** {@link RowsContract#resolve}. */
  public static final String RESOLUTIONS = "/v1/claims/resolutions";

  private RowPaths() {}
}
