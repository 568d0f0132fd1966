package org.tanada.deploy.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which page of a list, newest first, a command shows. */
final class PageOptions {
  @Option(names = "--limit", paramLabel = "N", description = "How many, 1 to 100.")
  private int limit = 20;

  @Option(names = "--before", paramLabel = "ID", description = "Only those with a smaller id.")
  private @Nullable Long before;

  int limit() {
    return limit;
  }

  /** Null for the first page. */
  @Nullable Long before() {
    return before;
  }
}
