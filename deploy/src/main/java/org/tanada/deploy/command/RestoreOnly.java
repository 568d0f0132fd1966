package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.RowsContract;
import org.tanada.deploy.backup.Single;
import org.tanada.deploy.backup.SingleRestoration;
import org.tanada.deploy.backup.SingleRestoration.Brought;
import org.tanada.deploy.backup.SingleRestoration.Found;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.OperatorException;

/** The conversation about one thing that shall come back. */
final class RestoreOnly {
  private static final int NAMED = 10;

  private final Operation command;

  RestoreOnly(Operation command) {
    this.command = command;
  }

  /** Says what would be done, asks, does it. */
  int run(Single what, @Nullable Instant at, boolean replace, boolean yes) throws IOException {
    Launcher launcher = command.launcher();
    if (!command.control.supervised()) {
      throw new OperatorException("nothing runs here that it could come back to: ./tanada up");
    }
    List<RowsContract> routers = new RunningDataTier(launcher).routers();
    if (routers.isEmpty()) {
      throw new OperatorException("no router is meant to run: ./tanada up");
    }
    try (SingleRestoration restoration =
        new SingleRestoration(
            command.home, routers.getFirst(), new RunningFiles(command.home, launcher))) {
      SingleRestoration.Thing thing = restoration.find(what, at, replace, command::say);
      Found found = thing.found();
      tell(found, replace);
      // of a shard all others come back
      if (!found.obstacles().isEmpty() && !(what instanceof Single.Shard)) {
        throw new OperatorException(found.obstacles().getFirst());
      }
      found.obstacles().forEach(command.terminal::warn);
      boolean nothing =
          found.missing().isEmpty()
              && found.files() == 0
              && !(replace && !found.changed().isEmpty());
      if (nothing) {
        answer(found, new Brought(0, 0, 0, List.of()));
        command.say("nothing is missing: nothing was changed");
        return Operation.DONE;
      }
      if (!yes && !command.terminal.ask("Bring it back?")) {
        throw new OperatorException("nothing was changed: answer yes, or give --yes");
      }
      return told(found, thing.bring());
    }
  }

  private void tell(Found found, boolean replace) {
    String tables =
        found.missing().entrySet().stream()
            .map(table -> table.getValue() + " " + table.getKey())
            .collect(Collectors.joining(", "));
    command.say(
        "as of %s: missing are %s and %d files; %d rows are as they were"
            .formatted(
                found.moment(),
                tables.isEmpty() ? "no rows" : tables,
                found.files(),
                found.same()));
    if (!found.changed().isEmpty()) {
      String names = found.changed().stream().limit(NAMED).collect(Collectors.joining(", "));
      int more = found.changed().size() - NAMED;
      command.say(
          (replace ? "changed since, and replaced by what was: " : "changed since, and left so: ")
              + names
              + (more > 0 ? " and " + more + " more" : "")
              + (replace ? "" : " (--replace takes what was)"));
    }
  }

  private int told(Found found, Brought brought) {
    answer(found, brought);
    brought.refused().forEach(line -> command.terminal.warn("not brought back: " + line));
    command.say(
        command.terminal.good("brought back")
            + ": %d rows, %d files; %d rows replaced"
                .formatted(brought.rows(), brought.files(), brought.replaced()));
    return brought.refused().isEmpty() ? Operation.DONE : Operation.FAILED;
  }

  private void answer(Found found, Brought brought) {
    command.answer(
        Map.of(
            "moment", found.moment(),
            "rows", brought.rows(),
            "replaced", brought.replaced(),
            "files", brought.files(),
            "refused", brought.refused()));
  }
}
