package org.tanada.deploy.drill;

import java.util.List;

/**
 * What a drill found.
 *
 * @param drill its name
 * @param broken the promises that were broken, each with its evidence; empty if all held
 * @param figures what was done and measured, a line each
 */
public record Verdict(String drill, List<String> broken, List<String> figures) {
  public Verdict {
    broken = List.copyOf(broken);
    figures = List.copyOf(figures);
  }

  /** Whether every promise held. */
  public boolean held() {
    return broken.isEmpty();
  }
}
