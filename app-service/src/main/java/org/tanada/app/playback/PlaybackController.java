package org.tanada.app.playback;

import static org.tanada.common.problem.ProblemCode.CONFLICT;
import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.PAYMENT_REQUIRED;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Ids;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;

/** Where to play a video from. */
@RestController
@Tag(name = "Videos")
class PlaybackController {
  private final PlaybackService playback;

  PlaybackController(PlaybackService playback) {
    this.playback = playback;
  }

  @GetMapping("/api/v1/videos/{id}/playback")
  @Operation(
      summary = "Where to play it from",
      description = "For its owner, its buyers, and anyone if it is free. Takes ranges.")
  @Problems({UNAUTHENTICATED, PAYMENT_REQUIRED, NOT_FOUND, CONFLICT})
  ResponseEntity<Playback> play(
      @Parameter(hidden = true) Optional<Identity> viewer, @PathVariable("id") String id) {
    return ResponseEntity.ok()
        .header("Cache-Control", "private, no-store") // the address is good for one reader
        .body(playback.play(viewer.orElse(null), Ids.ofPath(id)));
  }
}
