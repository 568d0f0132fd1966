package org.tanada.deploy.command;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns for the terminal. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> tails = new ArrayList<>();
  private final List<Integer> right;

  /**
   * A table.
   *
   * @param right which columns are aligned to the right: numbers
   */
  Table(List<String> head, List<Integer> right) {
    this.right = List.copyOf(right);
    row(head, "");
  }

  /** Adds a row, and a text behind its columns. */
  void row(List<String> cells, String tail) {
    rows.add(List.copyOf(cells));
    tails.add(tail);
  }

  /** The lines; the first is the head. */
  List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i);
        String padding = " ".repeat(widths[i] - cell.length());
        line.append(right.contains(i) ? padding + cell : cell + padding).append("  ");
      }
      lines.add(line + tails.get(r));
    }
    return lines;
  }
}
