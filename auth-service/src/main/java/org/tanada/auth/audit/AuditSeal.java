package org.tanada.auth.audit;

/** A mark that auth servers alone can make: whoever has the databases only cannot. */
public interface AuditSeal {
  /** The mark of a text, hexadecimal. */
  String of(String text);
}
