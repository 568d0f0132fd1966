package org.tanada.router.cache;

/**
 * Of what time a cached row is: the copy that it was read from had applied at least this. So a
 * reader who must see what a token names knows whether the row is fresh enough, whatever the cache
 * has been through.
 *
 * @param cluster number of the cluster
 * @param applied positions of that cluster, in its dialect's form of an applied set
 */
public record Origin(int cluster, String applied) {
  /** A longer set is not kept with a row. */
  public static final int MAX_LENGTH = 512;
}
