package org.tanada.router;

import java.util.Map;

/** The same tables for ShardingSphere-JDBC. */
final class ShardingSphere {
  private ShardingSphere() {}

  /** Its YAML, for tables that are in these databases. */
  static String configuration(Map<Integer, Servers.Database> places) {
    StringBuilder text =
        new StringBuilder("mode:\n  type: Standalone\n  repository: {type: JDBC}\ndataSources:\n");
    places.forEach((shard, database) ->
        text.append(
            """
              ds_%d:
                dataSourceClassName: com.zaxxer.hikari.HikariDataSource
                driverClassName: com.mysql.cj.jdbc.Driver
                jdbcUrl: "%s&cachePrepStmts=true&useLocalSessionState=true"
                username: %s
                password: %s
                maximumPoolSize: 4
            """
                .formatted(
                    shard,
                    database.url("tanada_%02d".formatted(shard)),
                    Servers.ACCOUNT,
                    Servers.PASSWORD)));
    return text
        + """
        rules:
          - !SHARDING
            tables:
              videos:
                actualDataNodes: ds_${0..7}.videos
                databaseStrategy:
                  standard: {shardingColumn: id, shardingAlgorithmName: by_id}
            shardingAlgorithms:
              by_id: {type: INLINE, props: {algorithm-expression: "ds_${(id >> 12) % 1024}"}}
        """;
  }
}
