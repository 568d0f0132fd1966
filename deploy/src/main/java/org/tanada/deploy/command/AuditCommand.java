package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AuditContract.Entries;
import org.tanada.common.account.AuditContract.Entry;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the audit log, and checks that nobody has altered it. */
@Command(
    name = "audit",
    description = "Shows who did what to whom, newest first; --check: whether it was altered.")
public final class AuditCommand extends Operation {
  @Option(names = "--user", paramLabel = "NAME", description = "Only what concerns this user.")
  private @Nullable String user;

  @Option(names = "--by", paramLabel = "NAME", description = "Only what this user did.")
  private @Nullable String by;

  @Option(names = "--what", paramLabel = "WHAT", description = "Only that, for example role-given.")
  private @Nullable String what;

  @Mixin private final PageOptions page = new PageOptions();

  @Option(
      names = "--check",
      description =
          "Walks all chains, compares them with the heads that this command has seen before, and"
              + " names what was altered, is missing or out of order: exit code 1.")
  private boolean check;

  @Override
  public Integer call() throws Exception {
    RouterClient client = new RouterClient(launcher(), "auth");
    return check ? new AuditCheckRun(this, client).run() : show(client);
  }

  private int show(RouterClient client) throws IOException {
    Query query = new Query(id(client, user), id(client, by), kind(), page.limit(), page.before());
    Entries entries = client.ask("/v1/audit/entries", query, Entries.class);
    answer(entries);
    Table table =
        new Table(List.of("WHEN", "WHAT", "WHO", "WHOM", "FROM", "DETAIL", "PLACE"), List.of());
    for (Entry entry : entries.entries()) {
      table.row(
          List.of(
              entry.at().toString(),
              entry.what(),
              entry.who() == null ? text(entry.whoId()) : entry.who(),
              text(entry.whomId()),
              text(entry.network()),
              text(entry.detail()),
              entry.chain() + "/" + entry.sequence()),
          "");
    }
    table.lines().forEach(this::say);
    if (entries.next() != null) {
      say("more: --before " + entries.next());
    }
    return DONE;
  }

  private static @Nullable Long id(RouterClient client, @Nullable String name) throws IOException {
    if (name == null) {
      return null;
    }
    long id = TanadaId.parse(name);
    if (id > 0) {
      return id; // also of an account that is gone, whose entries stay
    }
    return UsersCommand.find(client, name).id();
  }

  private @Nullable What kind() {
    if (what == null) {
      return null;
    }
    return What.find(what)
        .orElseThrow(() ->
            new OperatorException(
                "--what is one of "
                    + String.join(", ", Stream.of(What.values()).map(What::id).toList())));
  }

  private static String text(@Nullable Object value) {
    return Objects.toString(value, "-");
  }
}
