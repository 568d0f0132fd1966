package org.tanada.app.web;

import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Ids as they stand in addresses and bodies: texts of decimal digits. */
public final class Ids {
  private Ids() {}

  /**
   * An id from an address.
   *
   * @throws ProblemException {@code not-found}: nothing can have such an id
   */
  public static long ofPath(String text) {
    long id = TanadaId.parse(text);
    if (id < 0) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is nothing with this id.");
    }
    return id;
  }

  /**
   * An id from a field of a body.
   *
   * @throws ProblemException {@code validation-failed}
   */
  public static long ofField(String field, String text) {
    long id = TanadaId.parse(text);
    if (id < 0) {
      throw ProblemException.invalid(field, "is not an id");
    }
    return id;
  }

  /** An id for an answer: JavaScript has no 63-bit integers. */
  public static String text(long id) {
    return Long.toString(id);
  }
}
