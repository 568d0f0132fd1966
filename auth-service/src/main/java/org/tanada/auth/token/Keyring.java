package org.tanada.auth.token;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tanada.common.account.AccessContract.KeyState;
import org.tanada.common.row.Stored;

/** All keys as they stood in the database at one moment, the one that signs first. */
final class Keyring {
  private final List<Stored<SigningKeyRow>> rows;

  Keyring(List<Stored<SigningKeyRow>> rows) {
    this.rows =
        rows.stream().sorted(Comparator.comparingInt(row -> order(row.value().state()))).toList();
  }

  /** All of them. */
  List<Stored<SigningKeyRow>> rows() {
    return rows;
  }

  /** The first one in that state. */
  Optional<Stored<SigningKeyRow>> in(String state) {
    return rows.stream().filter(row -> row.value().state().equals(state)).findFirst();
  }

  /** Those that verify, as a JSON Web Key Set (RFC 7517). */
  String jwks() {
    return rows.stream()
        .filter(Keyring::verifies)
        .map(row -> row.value().publicJwk())
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  /** Their ids. */
  List<String> kids() {
    return rows.stream().filter(Keyring::verifies).map(row -> row.value().kid()).toList();
  }

  /** As operators see them. */
  List<KeyState> states() {
    return rows.stream()
        .map(row ->
            new KeyState(
                row.value().kid(),
                SigningAlgorithm.ofJwk(row.value().publicJwk()).id(),
                row.value().state(),
                since(row)))
        .toList();
  }

  /** When a key came into its state. */
  static Instant since(Stored<SigningKeyRow> row) {
    Instant changed = row.value().changedAt();
    return changed == null ? row.createdAt() : changed;
  }

  private static boolean verifies(Stored<SigningKeyRow> row) {
    return !row.value().state().equals(SigningKeyRow.REVOKED);
  }

  private static int order(String state) {
    return switch (state) {
      case SigningKeyRow.ACTIVE -> 0;
      case SigningKeyRow.STANDBY -> 1;
      case SigningKeyRow.RETIRED -> 2;
      default -> 3;
    };
  }
}
