package org.tanada.app.page.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.Problem;

class FormTests {
  @Test
  void errorStandsBesideItsField() {
    Form form = Form.of(Map.of("title", "x", "price", "-1"));

    Form wrong =
        form.with(
            List.of(
                new Problem.FieldError("title", "is too short"),
                new Problem.FieldError("price.amountMinor", "must not be negative")),
            null);

    assertThat(wrong.error("title")).isEqualTo("Is too short.");
    assertThat(wrong.error("price")).isEqualTo("Must not be negative.");
    assertThat(wrong.value("title")).isEqualTo("x");
    assertThat(wrong.failure()).isNull();
    assertThat(wrong.wrong()).isTrue();
  }

  @Test
  void errorOfAFieldThatIsNotShownIsNotLost() {
    Form wrong =
        Form.of(Map.of("title", "x"))
            .with(List.of(new Problem.FieldError("Idempotency-Key", "is too long")), null);

    assertThat(wrong.failure()).isEqualTo("Idempotency-Key is too long.");
  }
}
