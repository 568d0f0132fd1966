package org.tanada.auth.factor;

import java.time.Instant;
import org.bouncycastle.util.encoders.Base32;

/** The app that shows codes. */
public final class TotpApp {
  private final String secret;

  /** An app that was given the secret, in Base32. */
  public TotpApp(String secret) {
    this.secret = secret;
  }

  /** The secret, in Base32. */
  public String secret() {
    return secret;
  }

  /** What it shows at that time. */
  public String code(Instant at) {
    return Totp.code(Base32.decode(secret), Totp.step(at));
  }
}
