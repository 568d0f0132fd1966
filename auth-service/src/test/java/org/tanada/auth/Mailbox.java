package org.tanada.auth;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tanada.common.testing.Poll;
import org.tanada.common.testing.Ports;

/** A real SMTP server, and what it has received. */
final class Mailbox {
  private static final Pattern LINK = Pattern.compile("(https?://\\S+)[?]token=(\\S+)");

  private final int port = Ports.free();
  private GreenMail server;

  Mailbox() {
    start();
  }

  int port() {
    return port;
  }

  void start() {
    server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
  }

  /** From now on nobody answers at its port; what it had is gone. */
  void stop() {
    server.stop();
  }

  /** Mails to an address, in the order of their arrival. */
  List<MimeMessage> to(String address) {
    return Stream.of(server.getReceivedMessages())
        .filter(message -> recipient(message).equals(address))
        .toList();
  }

  /** The newest mail to an address with these words in its subject. */
  MimeMessage await(String address, String subject) {
    Poll.until(() -> to(address).stream().anyMatch(mail -> subject(mail).contains(subject)));
    return to(address).stream()
        .filter(mail -> subject(mail).contains(subject))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  static String recipient(MimeMessage message) {
    try {
      return message.getRecipients(Message.RecipientType.TO)[0].toString();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String subject(MimeMessage message) {
    try {
      return message.getSubject();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(MimeMessage message) {
    try {
      return String.valueOf(message.getContent());
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The secret of the link in a text. */
  static String token(String text) {
    return link(text).group(2);
  }

  /** The address of the page that the link in a text opens. */
  static String page(String text) {
    return link(text).group(1);
  }

  private static Matcher link(String text) {
    Matcher matcher = LINK.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no link in: " + text);
    }
    return matcher;
  }
}
