package org.tanada.common.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMembershipTests {
  private static final Duration REFRESH = Duration.ofMillis(20);

  @TempDir private Path directory;

  @Test
  void nodesHaveAddressControlAndLabels() throws IOException {
    write(
        """
        edge:
          - {name: edge-1, address: "http://127.0.0.1:9001", control: "http://127.0.0.1:9051", labels: {region: tokyo}}
        app:
          - {name: app-1, address: "http://127.0.0.1:9101"}
        lb:
        """);

    try (FileMembership membership = new FileMembership(file(), REFRESH)) {
      Node edge = membership.nodes("edge").getFirst();
      assertThat(edge.control()).isEqualTo(URI.create("http://127.0.0.1:9051"));
      assertThat(edge.labels()).containsEntry("region", "tokyo");
      Node app = membership.nodes("app").getFirst();
      assertThat(app.control()).isEqualTo(app.address());
      assertThat(membership.nodes("lb")).isEmpty();
      assertThat(membership.nodes("unknown")).isEmpty();
    }
  }

  @Test
  void replacedFileIsReadAgain() throws IOException {
    write("app: [{name: app-1, address: 'http://127.0.0.1:1'}]");
    try (FileMembership membership = new FileMembership(file(), REFRESH)) {
      write("app: [{name: app-2, address: 'http://127.0.0.1:1'}]"); // same size, same second

      Eventually.holds(() -> membership.nodes("app").getFirst().name().equals("app-2"));
    }
  }

  @Test
  void brokenOrMissingFileLeavesTheLastGoodOneInForce() throws IOException {
    write("app: [{name: app-1, address: 'http://127.0.0.1:1'}]");
    try (FileMembership membership = new FileMembership(file(), REFRESH)) {
      for (String broken : new String[] {"app: [{name: app-2}]", "app: text", "[", "- x"}) {
        write(broken);
        assertThatThrownBy(() -> FileMembership.read(file())).isInstanceOf(Exception.class);
        assertThat(membership.nodes("app")).extracting(Node::name).containsExactly("app-1");
      }
      Files.delete(file());
      assertThat(membership.nodes("app")).extracting(Node::name).containsExactly("app-1");

      write("app: [{name: app-3, address: 'http://127.0.0.1:1'}]");
      Eventually.holds(() -> membership.nodes("app").getFirst().name().equals("app-3"));
    }
  }

  @Test
  void fileThatComesLaterIsFound() throws IOException {
    try (FileMembership membership = new FileMembership(file(), REFRESH)) {
      assertThat(membership.tiers()).isEmpty();

      write("app: [{name: app-1, address: 'http://127.0.0.1:1'}]");

      Eventually.holds(() -> membership.tiers().contains("app"));
    }
  }

  private Path file() {
    return directory.resolve("nodes.yml");
  }

  private void write(String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next.yml"), text);
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
