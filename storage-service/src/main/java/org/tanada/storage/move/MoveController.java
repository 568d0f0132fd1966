package org.tanada.storage.move;

import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.blob.FileMove;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.PurposeRules;
import org.tanada.storage.place.Movable;
import org.tanada.storage.s3.BucketTrial;

/** What the operator asks of a node whose purpose is moved between disks and bucket. */
@RestController
@RequestMapping(FileMove.PATH)
class MoveController {
  private final PurposeRules rules;
  private final NodeProperties node;
  private final ObjectProvider<Mover> mover;
  private final List<Movable> places;

  MoveController(
      PurposeRules rules, NodeProperties node, ObjectProvider<Mover> mover, List<Movable> places) {
    this.places = List.copyOf(places);
    this.rules = rules;
    this.node = node;
    this.mover = mover;
  }

  /** Where this node has its files, and how moving goes. */
  @GetMapping
  FileMove state() {
    return Optional.ofNullable(mover.getIfAvailable())
        .map(Mover::state)
        .orElseGet(() ->
            FileMove.none(
                node.node(),
                rules.backend().word(),
                places.stream().mapToLong(Movable::owed).sum()));
  }

  /** Begins a pass over the files that are not yet where they are to be. */
  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  FileMove begin() {
    return Optional.ofNullable(mover.getIfAvailable())
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.CONFLICT, "This node has its files in one place: it moves none."))
        .begin();
  }

  /** Tries whether this node could have its files in a bucket, and changes nothing. */
  @PostMapping("/trials")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void attempt(@RequestBody FileMove.Bucket bucket) {
    BucketTrial.run(bucket, rules);
  }
}
