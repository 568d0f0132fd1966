package org.tanada.app.session;

import org.springframework.stereotype.Service;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Asked before anything dangerous: whether the user has shown who they are in the last minutes, not
 * only somewhere in the past of a session that somebody else may have got hold of.
 */
@Service
public class FreshProof {
  private final FactorsContract factors;

  FreshProof(FactorsContract factors) {
    this.factors = factors;
  }

  /**
   * Passes if they have.
   *
   * @throws ProblemException {@code proof-required}
   */
  public void require(Identity user) {
    long signIn =
        CurrentUser.signIn()
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.PROOF_REQUIRED, ProblemCode.PROOF_REQUIRED.advice()));
    factors.checkProof(user.userId(), signIn);
  }
}
