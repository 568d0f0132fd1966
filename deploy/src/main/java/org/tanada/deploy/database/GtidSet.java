package org.tanada.deploy.database;

/** What MySQL writes a set of transactions as: {@code uuid:1-5:7,uuid:1-3}. */
public final class GtidSet {
  private GtidSet() {}

  /** How many transactions are in a set. */
  public static long count(String set) {
    long count = 0;
    for (String server : set.split(",", -1)) {
      String[] parts = server.strip().split(":", -1);
      for (int i = 1; i < parts.length; i++) {
        int dash = parts[i].indexOf('-');
        if (!parts[i].matches("\\d+(-\\d+)?")) {
          continue; // a tag, to which the intervals behind it belong
        }
        count +=
            dash < 0
                ? 1
                : Long.parseLong(parts[i].substring(dash + 1))
                    - Long.parseLong(parts[i].substring(0, dash))
                    + 1;
      }
    }
    return count;
  }

  /** All transactions of a server up to a position, {@code uuid:7}. */
  public static String upTo(String position) {
    int colon = position.lastIndexOf(':');
    return position.substring(0, colon) + ":1-" + position.substring(colon + 1);
  }
}
