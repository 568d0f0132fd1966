package org.tanada.router;

import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.row.EffectsContract;
import org.tanada.router.effect.ParkedEffects;

/** The effects contract over HTTP. */
@RestController
final class EffectsController implements EffectsContract {
  private final ParkedEffects effects;

  EffectsController(ParkedEffects effects) {
    this.effects = effects;
  }

  @Override
  public Parked parked() {
    return new Parked(effects.list());
  }

  @Override
  public Retried retry(@RequestBody Retry retry) {
    return new Retried(effects.retry(retry.id()));
  }
}
