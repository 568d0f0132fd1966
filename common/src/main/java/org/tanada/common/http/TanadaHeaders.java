package org.tanada.common.http;

/** Header names that are Tanada's own, beside the standard ones. */
public final class TanadaHeaders {
  /** Names the app server that answered: shows the round robin. */
  public static final String NODE = "Tanada-Node";

  /**
   * The credential with which one of our services calls another; never passes the front door. See
   * {@code org.tanada.common.credential}.
   */
  public static final String SERVICE_CREDENTIAL = "Tanada-Service-Credential";

  /** What a client has seen of the databases; see {@code org.tanada.common.row.Consistency}. */
  public static final String CONSISTENCY = "Tanada-Consistency";

  /** Cache policy for our edges alone, a targeted field after RFC 9213; edges take it off. */
  public static final String CACHE_CONTROL = "Tanada-Cache-Control";

  /** Address of the client as the front door saw it. */
  public static final String FORWARDED_FOR = "X-Forwarded-For";

  /** W3C Trace Context. */
  public static final String TRACEPARENT = "traceparent";

  private TanadaHeaders() {}
}
