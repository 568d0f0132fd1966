package org.tanada.app.web;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items newest first
 * @param next cursor of the next page; null behind the last one
 */
public record ItemList<T>(
    @Schema(description = "Newest first.") List<T> items,
    @Schema(description = "The cursor of the next page; null on the last one.")
        @Nullable String next) {
  public ItemList {
    items = List.copyOf(items);
  }
}
