package org.tanada.auth.passkey;

import com.webauthn4j.util.exception.WebAuthnException;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.webauthn.api.AttestationConveyancePreference;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialDescriptor;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialParameters;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;
import org.springframework.security.web.webauthn.jackson.WebauthnJacksonModule;
import org.springframework.security.web.webauthn.management.ImmutableRelyingPartyRegistrationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyAuthenticationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyPublicKey;
import org.springframework.security.web.webauthn.management.WebAuthnRelyingPartyOperations;
import org.springframework.security.web.webauthn.management.Webauthn4JRelyingPartyOperations;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.session.LiveSessions;
import org.tanada.auth.session.SessionOrigin;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.UsedValues;
import org.tanada.auth.store.User;
import org.tanada.auth.token.Notes;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.account.PasskeysContract.Answer;
import org.tanada.common.account.PasskeysContract.Challenge;
import org.tanada.common.account.PasskeysContract.NewPasskey;
import org.tanada.common.account.PasskeysContract.Passkey;
import org.tanada.common.account.PasskeysContract.PasskeySignIn;
import org.tanada.common.account.PasskeysContract.Site;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes passkeys and lets people in by them. Spring Security checks what browsers answer; its
 * filters are not used, since they keep challenges and sign-ins in a session of their server, while
 * here the next request may meet another one. A passkey asks for a finger, a face or a PIN, so that
 * it is two factors by itself.
 */
@Component
public final class Passkeys {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final int CHALLENGE_BYTES = 32;
  private static final int MAX_PASSKEYS = 20;
  private static final int MAX_CREDENTIAL = 16_384;
  private static final int MAX_SITES = 16;
  private static final String PRESENT = "passkey";

  private static final TypeReference<PublicKeyCredential<AuthenticatorAssertionResponse>>
      ASSERTION = new TypeReference<>() {};
  private static final TypeReference<PublicKeyCredential<AuthenticatorAttestationResponse>>
      ATTESTATION = new TypeReference<>() {};

  private final PasskeyStore store;
  private final PasskeyUsers users;
  private final AccountRows rows;
  private final Sessions sessions;
  private final LiveSessions live;
  private final Notes notes;
  private final UsedValues used;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Audit audit;
  private final JsonMapper json =
      JsonMapper.builder().addModule(new WebauthnJacksonModule()).build();
  private final Map<Site, WebAuthnRelyingPartyOperations> sites = new ConcurrentHashMap<>();

  Passkeys(
      PasskeyStore store,
      PasskeyUsers users,
      AccountRows rows,
      Sessions sessions,
      LiveSessions live,
      Notes notes,
      UsedValues used,
      SecureRandom random,
      InstantSource clock,
      Audit audit) {
    this.store = store;
    this.users = users;
    this.rows = rows;
    this.sessions = sessions;
    this.live = live;
    this.notes = notes;
    this.used = used;
    this.random = random;
    this.clock = clock;
    this.audit = audit;
  }

  /** A challenge for whoever has a passkey. */
  public Challenge challenge(Site site) {
    Ceremony begun = begin(site);
    return new Challenge(
        json.writeValueAsString(request(begun)), notes.write(PRESENT, begun), LIFETIME.toSeconds());
  }

  /** A challenge for a new passkey. {@code not-found}, {@code conflict}. */
  public Challenge challenge(long userId, Site site) {
    Ceremony begun = begin(site);
    return new Challenge(
        json.writeValueAsString(creation(begun, userId)),
        notes.write(making(userId), begun),
        LIFETIME.toSeconds());
  }

  private Ceremony begin(Site site) {
    byte[] challenge = new byte[CHALLENGE_BYTES];
    random.nextBytes(challenge);
    return new Ceremony(
        new Bytes(challenge).toBase64UrlString(),
        site.host(),
        site.origin(),
        clock.instant().plus(LIFETIME).getEpochSecond());
  }

  private static PublicKeyCredentialRequestOptions request(Ceremony ceremony) {
    return PublicKeyCredentialRequestOptions.builder()
        .challenge(Bytes.fromBase64(ceremony.challenge()))
        .rpId(ceremony.host())
        .allowCredentials(List.of())
        .timeout(LIFETIME)
        .userVerification(UserVerificationRequirement.REQUIRED)
        .build();
  }

  private PublicKeyCredentialCreationOptions creation(Ceremony ceremony, long userId) {
    Stored<User> user = rows.user(userId);
    List<Stored<PasskeyRow>> present = store.of(userId);
    if (present.size() >= MAX_PASSKEYS) {
      throw new ProblemException(
          ProblemCode.CONFLICT, "There are %d: take one away first.".formatted(MAX_PASSKEYS));
    }
    return PublicKeyCredentialCreationOptions.builder()
        .rp(party(ceremony.host()))
        .user(PasskeyUsers.entity(user))
        .challenge(Bytes.fromBase64(ceremony.challenge()))
        .pubKeyCredParams(
            PublicKeyCredentialParameters.EdDSA,
            PublicKeyCredentialParameters.ES256,
            PublicKeyCredentialParameters.RS256)
        .excludeCredentials(present.stream().map(Passkeys::descriptor).toList())
        .authenticatorSelection(
            AuthenticatorSelectionCriteria.builder()
                .residentKey(ResidentKeyRequirement.REQUIRED)
                .userVerification(UserVerificationRequirement.REQUIRED)
                .build())
        .attestation(AttestationConveyancePreference.NONE)
        .timeout(LIFETIME)
        .build();
  }

  private static PublicKeyCredentialDescriptor descriptor(Stored<PasskeyRow> stored) {
    return PublicKeyCredentialDescriptor.builder()
        .id(Bytes.fromBase64(stored.value().credentialId()))
        .transports(Set.of())
        .build();
  }

  /**
   * Keeps a new passkey.
   *
   * @throws ProblemException {@code validation-failed} of the name; {@code invalid-flow}; {@code
   *     passkey-refused}; {@code conflict}
   */
  public Passkey add(long userId, NewPasskey passkey) {
    String name = passkey.name().strip();
    if (name.isEmpty() || name.length() > PasskeysContract.MAX_NAME) {
      throw ProblemException.invalid(
          "name", "must be 1 to %d characters".formatted(PasskeysContract.MAX_NAME));
    }
    Ceremony ceremony = ceremony(making(userId), passkey.answer());
    PublicKeyCredential<AuthenticatorAttestationResponse> credential =
        read(passkey.answer(), ATTESTATION);
    AuthenticatorAttestationResponse response = credential.getResponse();
    complete(
        credential.getRawId(),
        response,
        response == null ? null : response.getAttestationObject(),
        response == null ? null : response.getClientDataJSON());
    end(ceremony);
    try {
      operations(ceremony)
          .registerCredential(
              new ImmutableRelyingPartyRegistrationRequest(
                  creation(ceremony, userId), new RelyingPartyPublicKey(credential, name)));
    } catch (WebAuthnException | IllegalArgumentException e) {
      throw refused(e);
    }
    audit.own(userId, What.FACTOR_ADDED, "passkey");
    return store
        .find(credential.getRawId())
        .map(Passkeys::view)
        .orElseThrow(() -> new ProblemException(ProblemCode.UNAVAILABLE, "It is gone again."));
  }

  /** All of a user, newest first. */
  public List<Passkey> of(long userId) {
    return store.of(userId).stream().map(Passkeys::view).toList();
  }

  /** Takes one away, and ends the sessions that were opened by it. {@code not-found}. */
  public void remove(long userId, long passkeyId) {
    Stored<PasskeyRow> stored =
        rows.findNow(PasskeyRow.TABLE, passkeyId)
            .filter(found -> found.owner() == userId)
            .orElse(null);
    if (stored == null) {
      live.endOpenedBy(userId, passkeyId, null); // of an attempt that did not come so far
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such passkey.");
    }
    store.delete(stored);
    live.endOpenedBy(userId, passkeyId, null);
    audit.own(userId, What.FACTOR_REMOVED, "passkey");
  }

  /**
   * Signs in.
   *
   * @throws ProblemException {@code invalid-flow}; {@code passkey-refused}; {@code account-locked},
   *     {@code account-deleted}
   */
  public OpenedSession signIn(PasskeySignIn signIn) {
    Stored<PasskeyRow> passkey = shown(signIn.answer(), signIn.network());
    Stored<User> user = rows.findNow(User.TABLE, passkey.owner()).orElseThrow(() -> refused(null));
    SignIns.unlocked(user);
    return sessions.open(
        user,
        new Sessions.Client(signIn.userAgent(), signIn.network(), signIn.replaces()),
        new SessionOrigin(passkey.id(), null, null),
        end -> {
          if (rows.findNow(PasskeyRow.TABLE, passkey.id()).isEmpty() || !rows.stands(user)) {
            end.run();
            throw SignIns.changed();
          }
        });
  }

  /** Lets pass who shows a passkey of the user. {@code invalid-flow}, {@code passkey-refused}. */
  public void prove(long userId, Answer answer, @Nullable String network) {
    if (shown(answer, network).owner() != userId) {
      throw refused(null);
    }
  }

  private Stored<PasskeyRow> shown(Answer answer, @Nullable String network) {
    Ceremony ceremony = ceremony(PRESENT, answer);
    PublicKeyCredential<AuthenticatorAssertionResponse> credential = read(answer, ASSERTION);
    AuthenticatorAssertionResponse response = credential.getResponse();
    complete(
        credential.getId(),
        credential.getRawId(),
        response,
        response == null ? null : response.getAuthenticatorData(),
        response == null ? null : response.getClientDataJSON(),
        response == null ? null : response.getSignature());
    Stored<PasskeyRow> passkey = store.find(credential.getRawId()).orElseThrow(() -> refused(null));
    end(ceremony); // only who has a passkey makes us write
    try {
      operations(ceremony)
          .authenticate(new RelyingPartyAuthenticationRequest(request(ceremony), credential));
    } catch (MaliciousCounterValueException e) {
      audit.own(passkey.owner(), What.PASSKEY_REFUSED, network, "its counter went back");
      throw refused(e);
    } catch (WebAuthnException | IllegalArgumentException e) {
      throw refused(e);
    }
    return passkey;
  }

  private Ceremony ceremony(String purpose, Answer answer) {
    return notes.read(purpose, answer.ticket(), Ceremony.class).orElseThrow(Passkeys::tooLate);
  }

  /** Each ceremony ends once, whatever comes of it. */
  private void end(Ceremony ceremony) {
    Instant end = Instant.ofEpochSecond(ceremony.expiresAt());
    if (!used.use("passkey-challenge", ceremony.challenge(), end)) {
      throw tooLate();
    }
  }

  private <T> T read(Answer answer, TypeReference<T> type) {
    if (answer.credential().length() > MAX_CREDENTIAL) {
      throw refused(null);
    }
    T credential;
    try {
      credential = json.readValue(answer.credential(), type);
    } catch (JacksonException | IllegalArgumentException e) {
      throw refused(e);
    }
    complete(credential);
    return credential;
  }

  /** What a browser leaves out is null, whatever the library's types say. */
  private static void complete(@Nullable Object... members) {
    if (Arrays.stream(members).anyMatch(Objects::isNull)) {
      throw refused(null);
    }
  }

  private WebAuthnRelyingPartyOperations operations(Ceremony ceremony) {
    Site site = new Site(ceremony.host(), ceremony.origin());
    if (sites.size() >= MAX_SITES) {
      sites.clear(); // there are one or two
    }
    return sites.computeIfAbsent(
        site,
        wanted ->
            new Webauthn4JRelyingPartyOperations(
                users, store, party(wanted.host()), Set.of(wanted.origin())));
  }

  private static PublicKeyCredentialRpEntity party(String host) {
    return PublicKeyCredentialRpEntity.builder().id(host).name("Tanada").build();
  }

  private static Passkey view(Stored<PasskeyRow> stored) {
    return new Passkey(
        stored.id(), stored.value().name(), stored.createdAt(), stored.value().lastUsedAt());
  }

  private static String making(long userId) {
    return "new passkey of " + userId;
  }

  /** What is said of every passkey that is not let in. */
  static ProblemException refused(@Nullable Exception cause) {
    return new ProblemException(
        ProblemCode.PASSKEY_REFUSED, ProblemCode.PASSKEY_REFUSED.advice(), List.of(), null, cause);
  }

  private static ProblemException tooLate() {
    return new ProblemException(
        ProblemCode.INVALID_FLOW, "It took too long, or has ended already: begin again.");
  }

  /**
   * A challenge that was given out.
   *
   * @param challenge Base64 for URLs
   * @param host the relying party's id
   * @param origin of the page
   * @param expiresAt when it is too late
   */
  record Ceremony(String challenge, String host, String origin, long expiresAt)
      implements Notes.Note {
    @Override
    public String toString() {
      return "Ceremony[…]";
    }
  }
}
