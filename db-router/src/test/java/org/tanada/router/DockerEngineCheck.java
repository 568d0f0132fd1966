package org.tanada.router;

import org.junit.jupiter.api.Test;

/**
 * Run first by the profile {@code containers}: without an engine one line says so, in place of an
 * error of each test.
 */
final class DockerEngineCheck {
  @Test
  void anEngineAnswers() {
    Engine.require();
  }
}
