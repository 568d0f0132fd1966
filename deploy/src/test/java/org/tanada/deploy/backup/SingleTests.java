package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.state.OperatorException;

class SingleTests {
  @Test
  void whatIsNoThingIsOneLine() {
    for (String text : List.of("user", "user=", "video=abc", "shard=-1", "shard=1024", "order=1")) {
      assertThatThrownBy(() -> Single.parse(text)).isInstanceOf(OperatorException.class);
    }
    assertThat(Single.parse("user=a@b.c")).isEqualTo(new Single.User("a@b.c"));
    assertThat(Single.parse("shard=07")).isEqualTo(new Single.Shard(7));
  }
}
