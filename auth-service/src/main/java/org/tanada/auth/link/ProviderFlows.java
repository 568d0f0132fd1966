package org.tanada.auth.link;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.factor.FreshProofs;
import org.tanada.auth.provider.OutsideProvider;
import org.tanada.auth.provider.ProviderIdentity;
import org.tanada.auth.provider.Providers;
import org.tanada.auth.session.LiveSessions;
import org.tanada.auth.session.Sessions.Client;
import org.tanada.auth.store.UsedValues;
import org.tanada.auth.token.Notes;
import org.tanada.common.account.ProvidersContract.BeginFlow;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.account.ProvidersContract.LinkWish;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Flows from the first click to the browser's return: to sign in, or to link an identity. */
@Component
public final class ProviderFlows {
  private static final String STATE = "flow-state";

  private final Providers providers;
  private final Notes notes;
  private final FlowProperties properties;
  private final UsedValues used;
  private final FreshProofs proofs;
  private final LiveSessions sessions;
  private final ProviderLinks links;
  private final ProviderSignIns signIns;
  private final InstantSource clock;

  ProviderFlows(
      Providers providers,
      Notes notes,
      FlowProperties properties,
      UsedValues used,
      FreshProofs proofs,
      LiveSessions sessions,
      ProviderLinks links,
      ProviderSignIns signIns,
      InstantSource clock) {
    this.providers = providers;
    this.notes = notes;
    this.properties = properties;
    this.used = used;
    this.proofs = proofs;
    this.sessions = sessions;
    this.links = links;
    this.signIns = signIns;
    this.clock = clock;
  }

  /**
   * Begins a flow.
   *
   * @throws ProblemException {@code not-found}; {@code proof-required}; {@code
   *     invalid-credentials}; {@code provider-unavailable}; {@code provider-failed}
   */
  public BegunFlow begin(String name, BeginFlow begin) {
    OutsideProvider provider = providers.get(name);
    LinkWish link = begin.link();
    if (link != null) { // whoever links an identity gives it the account
      proofs.require(link.userId(), link.sessionId(), link.password());
    }
    Flow flow =
        new Flow(
            new State().getValue(), // 256 random bits each
            new Nonce().getValue(),
            new CodeVerifier().getValue(),
            begin.redirectUri(),
            begin.again(),
            begin.next(),
            link == null ? null : (Long) link.userId(),
            link == null ? null : (Long) link.sessionId(),
            clock.instant().plus(properties.lifetime()).getEpochSecond());
    return new BegunFlow(
        provider.authorization(flow.challenge()).toString(),
        notes.write(purpose(name), flow),
        properties.lifetime().toSeconds());
  }

  /**
   * Ends a flow. Its state is used up when the provider has said who it is, so that another server
   * can go on with what one has left that died, or could not reach the provider, before that.
   *
   * @throws ProblemException {@code not-found}; {@code invalid-flow}; {@code provider-declined};
   *     {@code provider-failed}; {@code provider-unavailable}; {@code email-taken}; {@code
   *     identity-taken}; {@code conflict}
   */
  public EndedFlow end(String name, EndFlow end) {
    OutsideProvider provider = providers.get(name);
    Flow flow =
        notes.read(purpose(name), end.cookie(), Flow.class).orElseThrow(ProviderFlows::invalid);
    String state =
        URLUtils.parseParameters(end.parameters()).getOrDefault("state", none()).getFirst();
    if (!same(state, flow.state()) || used.used(STATE, flow.state())) {
      throw invalid();
    }
    Long userId = flow.userId();
    if (userId != null) {
      checkStillSignedIn(flow, userId, end);
    }
    ProviderIdentity identity = provider.identity(flow.challenge(), end.parameters());
    if (!used.use(STATE, flow.state(), flow.end())) {
      throw invalid();
    }
    if (userId == null) {
      Client client = new Client(end.userAgent(), end.network(), end.replaces());
      return signIns.signIn(provider, identity, client, flow.next());
    }
    links.link(userId, name, identity);
    return new EndedFlow(null, false, flow.next());
  }

  private void checkStillSignedIn(Flow flow, long userId, EndFlow end) {
    Long sessionId = flow.sessionId();
    boolean same =
        sessionId != null
            && sessionId.equals(end.sessionId())
            && Long.valueOf(userId).equals(end.userId())
            && sessions.lives(userId, sessionId);
    if (!same) {
      throw invalid();
    }
  }

  private static String purpose(String provider) {
    return "provider flow " + provider;
  }

  private static List<String> none() {
    return List.of("");
  }

  private static boolean same(@Nullable String one, String other) {
    return one != null
        && MessageDigest.isEqual(
            one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_FLOW,
        "It was not begun in this browser, took too long, or has ended already.");
  }
}
