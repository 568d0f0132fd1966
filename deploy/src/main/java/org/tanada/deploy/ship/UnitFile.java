package org.tanada.deploy.ship;

import java.util.List;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.database.DatabaseProfile;
import org.tanada.deploy.process.MemcachedRunner;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/** The systemd unit that runs a node on its board. */
final class UnitFile {
  /** Longer than the drain and the graceful shutdown together. */
  private static final int STOP_SECONDS = 30;

  private final Board board;
  private final BoardPlan.Placed placed;
  private final PlannedNode node;
  private final String java;
  private final List<String> credentials;

  /**
   * The unit of a node.
   *
   * @param java the program on the board
   * @param credentials names of the secrets that it gets
   */
  UnitFile(BoardPlan.Placed placed, String java, List<String> credentials) {
    this.board = placed.board();
    this.placed = placed;
    this.node = placed.node();
    this.java = java;
    this.credentials = List.copyOf(credentials);
  }

  /** The unit's text. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Written by ./tanada ship.
        [Unit]
        Description=Tanada: %1$s
        Wants=network-online.target
        After=network-online.target
        StartLimitIntervalSec=0

        [Service]
        User=tanada
        Group=tanada
        EnvironmentFile=/etc/tanada/%1$s.env
        """
            .formatted(node.name()));
    for (String name : credentials) {
      text.append(
          "LoadCredential=%1$s:/etc/tanada/secrets/%2$s/%1$s%n".formatted(name, node.name()));
    }
    text.append(
        """
        # the link is followed once: a node keeps to the release that it began with
        WorkingDirectory=/opt/tanada/current
        StateDirectory=tanada/nodes/%1$s
        StateDirectoryMode=0700
        RuntimeDirectory=tanada/%1$s
        RuntimeDirectoryMode=0700
        ExecStartPre=/bin/cp versions/%1$s /run/tanada/%1$s/version
        """
            .formatted(node.name()));
    text.append(execution());
    text.append(
        """
        Restart=always
        RestartSec=1
        MemoryMax=%dM
        LimitNOFILE=16384
        UMask=0077
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        ProtectSystem=strict
        ProtectHome=yes
        PrivateTmp=yes
        PrivateDevices=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        ProtectProc=invisible
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service

        [Install]
        WantedBy=multi-user.target
        """
            .formatted(BoardPlan.mostMegabytes(board, placed.role())));
    return text.toString();
  }

  private String execution() {
    int megabytes = BoardPlan.megabytes(board, node.kind());
    String state = Layout.state(node.name()).toString();
    return switch (node.kind()) {
      case EDGE, LB, APP, AUTH, ROUTER, STORAGE -> {
        String module = Module.of(node.kind()).directory();
        yield """
        Type=exec
        ExecStart=%s @jvm/%s.options -Xmx%dm -jar lib/%s/app.jar
        SuccessExitStatus=143
        TimeoutStopSec=%d
        """
            .formatted(java, module, megabytes, module, STOP_SECONDS);
      }
      case MEMCACHED ->
          """
          Type=exec
          ExecStart=%s
          TimeoutStopSec=10
          """
              .formatted(
                  String.join(" ", MemcachedRunner.command("/usr/bin/memcached", node, megabytes)));
      case MYSQL ->
          """
          Type=notify
          ExecStartPre=%1$s prepare
          ExecStart=/usr/sbin/mariadbd --defaults-file=%2$s/conf/my.cnf %3$s
          ExecStartPost=%1$s join
          # a first copy, or recovery after a power cut, on a slow card
          TimeoutStartSec=3600
          TimeoutStopSec=120
          """
              .formatted(own(), state, DatabaseProfile.groupSuffix(node));
      case BACKUP -> throw new IllegalStateException("backups are no unit yet");
      case NGINX ->
          """
          Type=exec
          # a reload has no credentials: systemd shows them to what starts alone
          ExecStartPre=/bin/cp -rT ${CREDENTIALS_DIRECTORY} %3$s
          # the configuration that there is serves until the next one is rendered: nobody waits for that
          ExecStartPre=/bin/sh -c '/usr/sbin/nginx -q -t %4$s || exec %1$s front'
          ExecStart=/usr/sbin/nginx %4$s -g "daemon off;"
          ExecStartPost=%1$s front
          ExecStartPost=/bin/kill -HUP $MAINPID
          ExecReload=%1$s front
          ExecReload=/bin/kill -HUP $MAINPID
          KillSignal=SIGQUIT
          TimeoutStopSec=10
          """
              .formatted(
                  own(),
                  state,
                  Layout.frontSecrets(node.name()),
                  "-p %1$s/ -e %1$s/logs/error.log -c %1$s/conf/nginx.conf".formatted(state));
    };
  }

  /** Our own command, which makes on the board what a node needs. */
  private String own() {
    return java
        + " -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp lib/deploy/app.jar"
        + " org.tanada.deploy.Tanada board-node --node "
        + node.name()
        + (node.kind() == Kind.MYSQL
            ? " --storage " + board.storage() + " --pool " + BoardPlan.databases(board).pool()
            : " --host " + board.address());
  }
}
