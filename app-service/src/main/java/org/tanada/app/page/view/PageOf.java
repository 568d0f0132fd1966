package org.tanada.app.page.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items in their order
 * @param next address of the next page, or null
 * @param first address of the first page if this is a later one, or null
 */
public record PageOf<T>(List<T> items, @Nullable String next, @Nullable String first) {
  public PageOf {
    items = List.copyOf(items);
  }
}
