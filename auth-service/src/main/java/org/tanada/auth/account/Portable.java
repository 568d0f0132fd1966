package org.tanada.auth.account;

import java.util.List;
import java.util.Map;

/** What belongs to an account, and so is its owner's to take away. */
public interface Portable {
  /**
   * What there is of this user, without secrets.
   *
   * @return names of kinds to their records; ids in them are texts, as everywhere in the API
   */
  Map<String, List<Object>> export(long userId);
}
