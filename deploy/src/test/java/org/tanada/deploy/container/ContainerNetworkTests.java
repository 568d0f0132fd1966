package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerNetworkTests {
  @Test
  void aContainerIsPutBackWhereItWasUnderAllItsNames() {
    String inspected =
        """
        [{"NetworkSettings": {"Networks": {
          "tanada_data": {"Aliases": ["tanada-mysql-1-a-1", "mysql-1-a"], "IPAddress": "172.19.0.4"}}}}]
        """;

    assertThat(ContainerNetwork.places("c0ffee", inspected))
        .containsExactly(
            new ContainerNetwork.Place(
                "c0ffee", "tanada_data", List.of("tanada-mysql-1-a-1", "mysql-1-a")));
  }
}
