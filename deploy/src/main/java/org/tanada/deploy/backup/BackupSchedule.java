package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * A backup and its verification once a day, by the clock of this machine: the agent looks each
 * second whether it is time. Each is a process of its own, which outlives the agent. One that was
 * missed while nothing ran is made up for; one that failed is tried again after an hour.
 */
public final class BackupSchedule {
  private static final Duration AGAIN = Duration.ofHours(1);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
  private static final String OFF = "off";
  private static final String VERIFY = "verify";

  private final BackupFiles files;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Starter starter;
  private @Nullable Process running;
  private boolean verifying;

  /**
   * What is remembered.
   *
   * @param daily hour and minute
   * @param begun when the newest one began, or the schedule was made
   * @param failure of the newest one; empty if it went well or is under way
   * @param zone whose clock it is by; null for that of the machine that the agent runs on
   */
  record State(String daily, Instant begun, String failure, @Nullable ZoneId zone) {
    State {
      Objects.requireNonNull(daily);
      Objects.requireNonNull(begun);
      failure = Objects.requireNonNullElse(failure, "");
    }

    private State beginning(Instant now) {
      return new State(daily, now, "", zone);
    }

    private State failed(String why) {
      return new State(daily, begun, why, zone);
    }
  }

  /** Starts {@code ./tanada backup …} at low priority. */
  interface Starter {
    /**
     * Starts it.
     *
     * @param log where its output is added
     */
    Process start(Path log, String... command) throws IOException;
  }

  BackupSchedule(Home home, InstantSource clock, ZoneId zone, Starter starter) {
    this.files = new BackupFiles(home);
    this.clock = clock;
    this.zone = zone;
    this.starter = starter;
  }

  /**
   * Sets it.
   *
   * @param daily hour and minute, or {@code off}
   * @param zone whose clock it is by; null for that of the machine that the agent runs on
   * @throws OperatorException if it is neither, or nobody has said where backups go
   */
  public static void set(Home home, String daily, @Nullable ZoneId zone) throws IOException {
    BackupFiles files = new BackupFiles(home);
    files.needRepository();
    if (daily.equals(OFF)) {
      Files.deleteIfExists(files.schedule());
      return;
    }
    try {
      LocalTime time = LocalTime.parse(daily, TIME);
      StateFiles.writeJson(files.schedule(), new State(TIME.format(time), Instant.now(), "", zone));
    } catch (DateTimeParseException e) {
      throw new OperatorException("\"" + daily + "\" is neither a time as in 03:30 nor off", e);
    }
  }

  /** The hour and minute; empty if there is none. */
  public static Optional<String> daily(Home home) throws IOException {
    return state(new BackupFiles(home)).map(State::daily);
  }

  static Optional<State> state(BackupFiles files) throws IOException {
    return StateFiles.readJson(files.schedule(), State.class);
  }

  /** Starts what is due, and notes how what was started has ended. */
  void look() throws IOException {
    Process process = running;
    if (process == null) {
      Optional<State> state = state(files);
      if (state.isPresent() && due(state.get())) {
        StateFiles.writeJson(files.schedule(), state.get().beginning(clock.instant()));
        Files.deleteIfExists(files.scheduleLog());
        verifying = false;
        running = starter.start(files.scheduleLog(), "backup");
      }
    } else if (!process.isAlive()) {
      running = null;
      if (process.exitValue() != 0) {
        failed();
      } else if (!verifying) {
        verifying = true;
        running = starter.start(files.scheduleLog(), "backup", VERIFY);
      }
    }
  }

  private boolean due(State state) {
    Instant now = clock.instant();
    if (!state.failure().isEmpty() && !now.isBefore(state.begun().plus(AGAIN))) {
      return true;
    }
    ZoneId by = Objects.requireNonNullElse(state.zone(), zone);
    ZonedDateTime today = now.atZone(by).with(LocalTime.parse(state.daily(), TIME));
    Instant last = (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
    return state.begun().isBefore(last);
  }

  /** The last line that it wrote says why. */
  private void failed() throws IOException {
    Path log = files.scheduleLog();
    String why =
        Files.exists(log)
            ? Files.readAllLines(log).stream()
                .filter(line -> !line.isBlank())
                .reduce((_, later) -> later)
                .orElse("it said nothing")
            : "it said nothing";
    String what = verifying ? "verification: " : "backup: ";
    State state = state(files).orElse(null);
    if (state != null) {
      StateFiles.writeJson(files.schedule(), state.failed(what + why));
    }
    System.out.println(clock.instant() + " by schedule, " + what + why);
  }
}
