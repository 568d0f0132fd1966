package org.tanada.router.view;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What people may read in SQL.
 *
 * @param tables those that have a view {@code v_all_TABLE}; no others do, as some hold secrets
 */
@ConfigurationProperties("tanada.router.views")
public record ViewProperties(
    @DefaultValue({"users", "videos", "orders", "sales"}) List<String> tables) {
  public ViewProperties {
    tables = List.copyOf(tables);
  }
}
