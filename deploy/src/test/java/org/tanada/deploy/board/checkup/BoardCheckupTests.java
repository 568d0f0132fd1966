package org.tanada.deploy.board.checkup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Login;
import org.tanada.deploy.board.Role;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.database.DatabaseProfile;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.doctor.Finding.Grade;
import org.tanada.deploy.state.OperatorException;

/** What follows from facts. */
class BoardCheckupTests {
  private static final long CALLED = 1_800_000_000_000_000L;
  private static final long ANSWERED = CALLED + 900_000L;

  /** A Raspberry Pi 5 with a card, on which nothing is wrong. */
  private static final String WELL =
      """
      begin=1800000000300000
      root=sudo
      model=Raspberry Pi 5 Model B Rev 1.0
      kernel=aarch64
      bits=64
      page=16384
      packages=arm64
      init=systemd
      synchronized=yes
      memory=8257344
      oom=0
      swap=/dev/zram0|2097148
      cgroup=yes
      cmdline=/boot/firmware/cmdline.txt
      disk=/|/dev/mmcblk0p2|30358320|20358320|1900000|1800000|rw
      ext4=mmcblk0p2|0
      card=mmcblk0|SD||
      temperature=cpu-thermal|48200
      throttled=0x0
      undervoltage=0
      files=524288
      program=mariadbd
      program=mariadb-install-db
      program=mariadb
      program=memcached
      program=nginx
      program=tar
      java=25
      iproute=yes
      address=192.168.1.11|static|eth0|24
      gateway=192.168.1.1
      connection=eth0|Wired 1;
      listen=22|ssh.service|sshd
      listen=9101|tanada-app-1.service|java
      end=1800000000600000
      """;

  private static final Shelf SHELF =
      new Shelf(
          List.of(
              new Board(
                  "pi5",
                  "192.168.1.11",
                  8192,
                  Stream.of("nginx", "app", "mysql-1-a", "memcached").map(Role::parse).toList(),
                  Login.USUAL)));

  private static List<Finding> findings(String facts) {
    Board board = SHELF.boards().getFirst();
    return new BoardCheckup(board, BoardPlan.of(SHELF).nodes(board))
        .findings(BoardFacts.parse(facts), CALLED, ANSWERED);
  }

  @Test
  void aWellBoardIsWell() {
    assertThat(findings(WELL)).allMatch(found -> found.grade() == Grade.GOOD);
    assertThat(findings(WELL)).extracting(Finding::subject).doesNotHaveDuplicates();
    assertThat(findings(WELL).toString())
        .contains("Raspberry Pi 5", "16 KB", "48 °C", "free, or ours", "static");
  }

  /** One fact other than above: KEY=VALUE in the place of all lines of that key. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          kernel=armv7l                              ! BAD     ! system               ! 32-bit kernel, armv7l      ! 64-bit image
          kernel=riscv64                             ! BAD     ! system               ! riscv64                    ! only aarch64 and x86_64
          kernel=x86_64                              ! GOOD    ! system               ! x86_64, 64-bit             ! ''
          packages=armhf                             ! BAD     ! system               ! 32-bit programs            ! 64-bit image
          bits=32                                    ! BAD     ! system               ! 32-bit programs            ! 64-bit image
          page=4096                                  ! GOOD    ! page size            ! 4 KB                       ! ''
          page=65536                                 ! NOTABLE ! page size            ! 64 KB                      ! kernel of 4 or 16 KB
          end=1800000000000000                    ! GOOD    ! clock                ! right                      ! ''
          begin=1800000002900000,end=1800000003000000 ! NOTABLE ! clock         ! 2.1 s ahead of ours        ! set-ntp true
          begin=1799999990000000,end=1799999990100000 ! BAD     ! clock         ! 10.0 s behind ours         ! set-ntp true
          synchronized=no                            ! NOTABLE ! time synchronisation ! not active                 ! systemd-timesyncd
          synchronized=                              ! NOTABLE ! time synchronisation ! unknown                    ! chrony
          memory=3884240                             ! NOTABLE ! memory               ! the inventory says 8,192 MB ! correct the inventory
          memory=432000                              ! BAD     ! memory               ! 421 MB, its nodes need 770 MB ! another board
          oom=3                                      ! NOTABLE ! out of memory        ! killed 3 processes         ! journalctl -k
          swap=/var/swap on /dev/mmcblk0p2|102396    ! NOTABLE ! swap                 ! on the card                ! zram-tools
          swap=/dev/nvme0n1p3|102396                 ! GOOD    ! swap                 ! nvme0n1p3                  ! ''
          cgroup=no                                  ! NOTABLE ! memory limits        ! is off                     ! cgroup_enable=memory cgroup_memory=1 to the one line of /boot/firmware/cmdline.txt
          disk=/|/dev/mmcblk0p2|30358320|1500000|1900000|1800000|rw ! NOTABLE ! disk / ! 1,464 MB free             ! apt-get clean
          disk=/|/dev/mmcblk0p2|30358320|150000|1900000|1800000|rw  ! BAD     ! disk / ! 146 MB free               ! apt-get clean
          disk=/|/dev/mmcblk0p2|30358320|9500000|1900000|1000|rw    ! BAD     ! disk / ! 1,000 of 1,900,000 inodes ! du --inodes
          disk=/|/dev/sda1|30358320|9500000|0|0|rw   ! GOOD    ! disk /               ! 9,277 MB free              ! ''
          disk=/|/dev/mmcblk0p2|30358320|9500000|1900000|1800000|ro ! BAD     ! disk / ! read-only                 ! check the card
          disk=/|/dev/nvme0n1p2|30358320|9500000|1900000|1800000|rw ! NOTABLE ! storage ! writes as for an SD card ! storage: disk
          ext4=mmcblk0p2|4                           ! BAD     ! file system mmcblk0p2 ! 4 errors                  ! fsck.ext4
          card=mmcblk0|SD||                          ! GOOD    ! wear of mmcblk0      ! an SD card does not tell   ! ''
          card=mmcblk0|MMC|0x02 0x01|0x01            ! GOOD    ! wear of mmcblk0      ! up to 20 %                 ! ''
          card=mmcblk0|MMC|0x01 0x09|0x01            ! NOTABLE ! wear of mmcblk0      ! up to 90 %                 ! renew it soon
          card=mmcblk0|MMC|0x01 0x02|0x02            ! NOTABLE ! wear of mmcblk0      ! spare blocks run low       ! renew it soon
          card=mmcblk0|MMC|0x0b 0x02|0x01            ! BAD     ! wear of mmcblk0      ! beyond its life            ! renew it now
          card=mmcblk0|MMC|0x03 0x02|0x03            ! BAD     ! wear of mmcblk0      ! spare blocks are used up   ! renew it now
          smart=nvme0n1|PASSED|12                    ! GOOD    ! wear of nvme0n1      ! PASSED, 12 %               ! ''
          smart=nvme0n1|PASSED|95                    ! NOTABLE ! wear of nvme0n1      ! 95 % of its life           ! soon
          smart=sda|FAILED|                         ! BAD     ! wear of sda          ! reports FAILED             ! renew the disk now
          temperature=cpu-thermal|74100              ! NOTABLE ! temperature          ! 74 °C (cpu-thermal)        ! heat sink
          temperature=cpu-thermal|84600              ! BAD     ! temperature          ! 85 °C (cpu-thermal): it slows ! heat sink
          temperature=                               ! GOOD    ! temperature          ! tells none                 ! ''
          throttled=0x50000                          ! NOTABLE ! throttling           ! since its start once throttled ! it was slower
          throttled=0x50000                          ! NOTABLE ! power                ! too low since its start    ! the supply
          throttled=0x50005                          ! NOTABLE ! throttling           ! now throttled              ! cool it
          throttled=0x50005                          ! BAD     ! power                ! too low a voltage now      ! the supply
          throttled=0xa                              ! NOTABLE ! throttling           ! now its frequency capped, now at its soft limit ! cool it
          throttled=                                 ! GOOD    ! throttling           ! it tells none              ! ''
          undervoltage=1                             ! BAD     ! power                ! too low a voltage now      ! the supply
          files=1024                                 ! NOTABLE ! open files           ! at most 1024               ! DefaultLimitNOFILE
          files=unlimited                            ! GOOD    ! open files           ! unlimited                  ! ''
          program=tar                                ! BAD     ! programs             ! missing: nginx, mariadb-server-core, mariadb-client-core, memcached ! apt-get install nginx mariadb-server-core mariadb-client-core memcached
          program=tar,docker=26.1.5+dfsg1            ! GOOD    ! programs             ! Docker 26.1.5              ! ''
          program=tar,docker=20.10.7                 ! BAD     ! programs             ! too old                    ! from 24 on
          docker=stopped                             ! NOTABLE ! programs             ! does not answer            ! systemctl enable --now docker
          java=17                                    ! GOOD    ! programs             ! all but a Java 25           ! ''
          root=no                                    ! NOTABLE ! rights               ! neither root nor sudo      ! NOPASSWD
          address=192.168.1.57|static|eth0|24        ! BAD     ! address              ! no interface has 192.168.1.11; there are: 192.168.1.57 ! correct the inventory
          address=192.168.1.11|lease|eth0|24         ! NOTABLE ! address              ! is leased (DHCP)           ! nmcli connection modify 'Wired 1' ipv4.method manual ipv4.addresses 192.168.1.11/24 ipv4.gateway 192.168.1.1
          address=192.168.1.11|lease|wlan0|24        ! NOTABLE ! address              ! is leased (DHCP)           ! reserve it in the router, or give the interface wlan0
          iproute=                                   ! NOTABLE ! network              ! the program ip is missing  ! apt-get install iproute2
          listen=9701|memcached.service|memcached    ! BAD     ! ports                ! 9701 by memcached.service  ! systemctl disable --now
          listen=8080|pi-hole|docker-proxy           ! BAD     ! ports                ! 8080 by pi-hole            ! systemctl disable --now
          listen=9611||                              ! BAD     ! ports                ! 9611 by something unknown  ! systemctl disable --now
          listen=9611|tanada|docker-proxy            ! GOOD    ! ports                ! free, or ours              ! ''
          listen=22|ssh.service|sshd                 ! GOOD    ! ports                ! free                       ! ''
          """)
  void everyFactHasItsFinding(
      String facts, Grade grade, String subject, String fact, String advice) {
    String told = WELL;
    for (String line : facts.split(",", -1)) {
      String key = line.substring(0, line.indexOf('=') + 1);
      String others =
          told.lines().filter(other -> !other.startsWith(key)).collect(Collectors.joining("\n"));
      told = line.equals(key) ? others : others + "\n" + line + "\n";
    }

    assertThat(findings(told))
        .filteredOn(found -> found.subject().equals(subject))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.grade()).as("%s", found).isEqualTo(grade);
          assertThat(found.fact()).contains(fact).doesNotContain("\n");
          assertThat(found.advice()).contains(advice).doesNotContain("\n");
          assertThat(found.advice().isEmpty()).isEqualTo(grade == Grade.GOOD);
        });
  }

  @Test
  void aDiskInTheInventoryAndACardInTheBoardDoNotFit() {
    Board card = SHELF.boards().getFirst();
    Board board =
        new Board(
            card.name(),
            card.address(),
            card.memoryMegabytes(),
            card.roles(),
            card.login(),
            DatabaseProfile.DISK);

    assertThat(
            new BoardCheckup(board, BoardPlan.of(SHELF).nodes(card))
                .findings(BoardFacts.parse(WELL), CALLED, ANSWERED))
        .anyMatch(found -> found.advice().contains("storage: sd-card spares the card"));
  }

  @Test
  void aNameInPlaceOfAnAddressIsNoted() {
    Board named = new Board("pi", "pi5.local", 8192, List.of(Role.parse("app")), Login.USUAL);

    assertThat(
            new BoardCheckup(named, List.of()).findings(BoardFacts.parse(WELL), CALLED, ANSWERED))
        .anyMatch(found ->
            found.grade() == Grade.NOTABLE && found.fact().startsWith("pi5.local is a name"));
  }

  @Test
  void whatBreaksOffIsSaid() {
    assertThatThrownBy(() -> BoardFacts.parse("begin=1\nkernel=aarch64\n"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("broke off");
  }

  /** The script itself, on this very machine. */
  @Test
  void theScriptTellsOfThisMachine() throws Exception {
    Process process =
        new ProcessBuilder("bash", "-s")
            .redirectErrorStream(true)
            .redirectInput(Path.of("src/main/resources/board/facts.sh").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines()).as(output).allMatch(line -> line.matches("[a-z0-9]+=.*"));
    BoardFacts facts = BoardFacts.parse(output);
    assertThat(facts.text("kernel"))
        .contains(System.getProperty("os.arch").replace("amd64", "x86_64"));
    assertThat(facts.number("memory").orElse(0)).isPositive();
    assertThat(facts.number("end").orElse(0)).isGreaterThan(facts.number("begin").orElseThrow());
    assertThat(facts.parts("disk", 7)).isNotEmpty();
    assertThat(findings(output)).hasSizeGreaterThan(15);
  }
}
