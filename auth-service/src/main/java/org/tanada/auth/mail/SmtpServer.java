package org.tanada.auth.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;

/** An SMTP server (RFC 5321), by Jakarta Mail. */
@Component
final class SmtpServer implements MailServer {
  private static final int MAX_REASON = 200;
  private static final int PERMANENT = 500; // RFC 5321, 4.2.1: 5yz are permanent

  /** But not what the operator can mend: RFC 4954, section 6. */
  private static final Set<Integer> OF_THE_SETTINGS = Set.of(530, 534, 535, 538);

  private final MailProperties properties;
  private final InstantSource clock;
  private final JavaMailSenderImpl smtp = new JavaMailSenderImpl();

  SmtpServer(MailProperties properties, InstantSource clock) {
    this.properties = properties;
    this.clock = clock;
    if (properties.configured()) {
      boolean tls = properties.encryption() == MailProperties.Encryption.TLS;
      smtp.setHost(properties.host());
      smtp.setPort(properties.port());
      smtp.setProtocol(tls ? "smtps" : "smtp");
      smtp.setUsername(properties.user());
      smtp.setPassword(properties.password());
      smtp.setDefaultEncoding(StandardCharsets.UTF_8.name());
      smtp.setJavaMailProperties(settings(tls ? "mail.smtps." : "mail.smtp."));
    }
  }

  private Properties settings(String prefix) {
    String timeout = Long.toString(properties.timeout().toMillis());
    boolean startTls = properties.encryption() == MailProperties.Encryption.STARTTLS;
    Properties settings = new Properties();
    settings.setProperty(prefix + "connectiontimeout", timeout);
    settings.setProperty(prefix + "timeout", timeout);
    settings.setProperty(prefix + "writetimeout", timeout);
    settings.setProperty(prefix + "auth", Boolean.toString(properties.user() != null));
    settings.setProperty(prefix + "starttls.enable", Boolean.toString(startTls));
    settings.setProperty(prefix + "starttls.required", Boolean.toString(startTls));
    settings.setProperty(prefix + "ssl.checkserveridentity", "true");
    settings.setProperty("mail.mime.allowutf8", "true");
    return settings;
  }

  @Override
  public boolean configured() {
    return properties.configured();
  }

  @Override
  public Outcome send(long id, Letter letter) {
    try {
      smtp.send(message(id, letter));
      return new Outcome.Done();
    } catch (MailSendException e) {
      Exception cause =
          e.getFailedMessages().isEmpty() ? e : e.getFailedMessages().values().iterator().next();
      return refusal(cause) ? new Outcome.Refused(reason(cause)) : new Outcome.Later(reason(cause));
    } catch (MailException e) {
      return new Outcome.Later(reason(e)); // the server wants another password, or is not there
    } catch (MessagingException e) {
      return new Outcome.Refused(reason(e)); // it is no address that mails can be sent to
    }
  }

  private MimeMessage message(long id, Letter letter) throws MessagingException {
    String from = String.valueOf(properties.from());
    MimeMessage message = new Identified(smtp, id, domain(from));
    MimeMessageHelper helper = new MimeMessageHelper(message, StandardCharsets.UTF_8.name());
    helper.setFrom(new InternetAddress(from, true));
    helper.setTo(new InternetAddress(letter.to(), true));
    helper.setSubject(letter.subject());
    helper.setText(letter.text());
    helper.setSentDate(Date.from(clock.instant()));
    message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic answers
    return message;
  }

  private static String domain(String from) {
    return from.substring(from.lastIndexOf('@') + 1).replaceAll("[^A-Za-z0-9.-]", "");
  }

  /** Whether the server said that this mail will never do. */
  private static boolean refusal(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = next(cause)) {
      if (cause instanceof SMTPAddressFailedException address) {
        return permanent(address.getReturnCode());
      }
      if (cause instanceof SMTPSendFailedException whole && whole.getNextException() == null) {
        return permanent(whole.getReturnCode());
      }
    }
    return false;
  }

  private static boolean permanent(int code) {
    return code >= PERMANENT && !OF_THE_SETTINGS.contains(code);
  }

  private static @Nullable Throwable next(Throwable failure) {
    return failure instanceof SendFailedException sent && sent.getNextException() != null
        ? sent.getNextException()
        : failure.getCause();
  }

  private static String reason(Exception failure) {
    StringJoiner said = new StringJoiner("; ");
    for (Throwable cause = failure; cause != null; cause = next(cause)) {
      said.add(String.valueOf(cause.getMessage()));
    }
    String text = said.toString().replaceAll("\\p{Cntrl}+", " ").strip();
    return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
  }

  /** A message that keeps its id. */
  private static final class Identified extends MimeMessage {
    private final String messageId;

    Identified(JavaMailSenderImpl smtp, long id, String domain) {
      super(smtp.getSession());
      this.messageId = "<" + id + "@" + domain + ">";
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", messageId);
    }
  }
}
