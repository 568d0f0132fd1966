package org.tanada.deploy.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates by RFC 5280, ECDSA with P-256. */
final class Certificates {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** For clients whose clock is slow. */
  private static final Duration EARLIER = Duration.ofHours(1);

  private Certificates() {}

  /** A certificate with which the key may sign others, but no authorities. */
  static X509Certificate authority(KeyPair keys, Instant now, Instant end)
      throws GeneralSecurityException, IOException {
    // A name of its own for each, so that a client never mixes up two installations' authorities.
    X500Name name = new X500Name("CN=Tanada local authority " + serial().toString(16));
    X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), now, end);
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    return sign(builder, keys.getPrivate());
  }

  /** A server's certificate for host names and IP addresses, called by the first of them. */
  static X509Certificate server(
      X509Certificate issuer,
      PrivateKey issuerKey,
      PublicKey key,
      List<String> names,
      Instant now,
      Instant end)
      throws GeneralSecurityException, IOException {
    X500Name issuerName = X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder =
        builder(issuerName, new X500Name("CN=" + names.getFirst()), key, now, end);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(
            Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(issuer))
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                names.stream().map(Certificates::generalName).toArray(GeneralName[]::new)));
    return sign(builder, issuerKey);
  }

  /** Whether the issuer signed it. */
  static boolean isFrom(X509Certificate certificate, X509Certificate issuer)
      throws GeneralSecurityException {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (SignatureException | InvalidKeyException e) {
      return false; // that is the answer
    }
  }

  /** Whether the key is the certificate's. */
  static boolean belongTogether(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(probe);
    byte[] signature = signer.sign();
    signer.initVerify(certificate.getPublicKey());
    signer.update(probe);
    return signer.verify(signature);
  }

  /** The names that a certificate is for. */
  static Set<String> names(X509Certificate certificate) throws CertificateException {
    Set<String> names = new HashSet<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      all.forEach(name -> names.add(String.valueOf(name.get(1))));
    }
    return names;
  }

  private static GeneralName generalName(String name) {
    boolean address = name.contains(":") || name.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant end)
      throws CertIOException {
    return new JcaX509v3CertificateBuilder(
        issuer, serial(), Date.from(now.minus(EARLIER)), Date.from(end), subject, key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException("the authority's key cannot sign", e);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(64, RANDOM).setBit(62); // positive, 64 random bits (CA/B Forum 7.1)
  }
}
