package org.tanada.deploy.files;

import java.io.IOException;
import java.util.List;
import org.tanada.common.blob.FileMove;
import org.tanada.deploy.topology.Purpose;

/** The storage nodes of one purpose, as a move of its files needs them. */
public interface PurposeNodes {
  /** All of them by their names, those that were stopped as well: they have files. */
  List<String> names() throws IOException;

  /** What is said of the purpose, which nodes are told at their start. */
  Purpose purpose() throws IOException;

  /** Says something else, durably. */
  void say(Purpose purpose) throws IOException;

  /** Stops a node in order and starts it again; returns when it is ready. */
  void restart(String node) throws IOException;

  /**
   * Where a node has the files, and how far it is.
   *
   * @throws IOException if it does not answer
   */
  FileMove state(String node) throws IOException;

  /**
   * Lets a node begin a pass, unless it is at one.
   *
   * @throws IOException if it does not answer
   */
  FileMove begin(String node) throws IOException;

  /**
   * Lets a node try whether it could have the files in a bucket.
   *
   * @throws org.tanada.deploy.state.OperatorException with what does not work
   * @throws IOException if it does not answer
   */
  void attempt(String node, FileMove.Bucket bucket) throws IOException;
}
