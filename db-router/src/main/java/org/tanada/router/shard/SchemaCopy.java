package org.tanada.router.shard;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives schemas that nobody has used yet the tables and the migration history of another one: a
 * fifth of the time that Flyway needs for dozens of them. The history comes last, so that a schema
 * in which this was interrupted has none and is begun anew.
 */
final class SchemaCopy {
  private SchemaCopy() {}

  /** Drops what an interruption has left in schemas that are unborn and have no history. */
  static void clear(Connection connection, List<Place> unused) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Place place : unused) {
        for (String table : tables(statement, place)) {
          statement.executeUpdate("DROP TABLE " + place.schema() + "." + table);
        }
      }
    }
  }

  /**
   * Copies, if the model has nothing but tables without rows and without foreign keys: the rest of
   * what a migration can make is Flyway's alone.
   *
   * @param model unborn, migrated
   * @param unused without tables
   * @return whether it was done
   */
  static boolean copy(Connection connection, Place model, List<Place> unused) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> tables = tables(statement, model);
      if (!isPlain(statement, model, tables)) {
        return false;
      }
      for (Place place : unused) {
        for (String table : tables) {
          if (!table.equals(Migrations.HISTORY)) {
            create(statement, model, place, table);
          }
        }
        create(statement, model, place, Migrations.HISTORY);
        statement.executeUpdate(
            String.format(
                "INSERT INTO %s.%3$s SELECT * FROM %s.%3$s",
                place.schema(), model.schema(), Migrations.HISTORY));
      }
      return true;
    }
  }

  private static void create(Statement statement, Place model, Place place, String table)
      throws SQLException {
    statement.executeUpdate(
        String.format("CREATE TABLE %s.%3$s LIKE %s.%3$s", place.schema(), model.schema(), table));
  }

  private static List<String> tables(Statement statement, Place place) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet found =
        statement.executeQuery(
            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                + " AND table_schema = '"
                + place.schema()
                + "'")) {
      while (found.next()) {
        tables.add(found.getString(1));
      }
    }
    return tables;
  }

  private static boolean isPlain(Statement statement, Place model, List<String> tables)
      throws SQLException {
    String others =
        String.format(
            "SELECT (SELECT COUNT(*) FROM information_schema.views WHERE table_schema = '%1$s')"
                + " + (SELECT COUNT(*) FROM information_schema.triggers"
                + " WHERE trigger_schema = '%1$s')"
                + " + (SELECT COUNT(*) FROM information_schema.routines"
                + " WHERE routine_schema = '%1$s')"
                + " + (SELECT COUNT(*) FROM information_schema.table_constraints"
                + " WHERE table_schema = '%1$s' AND constraint_type = 'FOREIGN KEY')",
            model.schema());
    if (count(statement, others) > 0) {
      return false;
    }
    for (String table : tables) {
      String rows = "SELECT EXISTS (SELECT 1 FROM " + model.schema() + "." + table + ")";
      if (!table.equals(Migrations.HISTORY) && count(statement, rows) > 0) {
        return false;
      }
    }
    return tables.contains(Migrations.HISTORY);
  }

  private static long count(Statement statement, String query) throws SQLException {
    try (ResultSet found = statement.executeQuery(query)) {
      found.next();
      return found.getLong(1);
    }
  }
}
