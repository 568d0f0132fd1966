package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a person reads: plain lines, and on a terminal colour and one line that changes. */
public final class Terminal {
  private final boolean interactive;
  private final boolean colour;
  private boolean liveLine;

  private Terminal(boolean interactive, boolean colour) {
    this.interactive = interactive;
    this.colour = colour;
  }

  /** The terminal that the environment tells of; {@code TANADA_TTY} is set by the script. */
  public static Terminal fromEnvironment() {
    boolean tty = "1".equals(System.getenv("TANADA_TTY"));
    String noColour = System.getenv("NO_COLOR");
    return new Terminal(tty, tty && (noColour == null || noColour.isEmpty()));
  }

  /** Whether a person looks on. */
  public boolean interactive() {
    return interactive;
  }

  /** Prints a line that stays. */
  public void line(String text) {
    clear();
    System.out.println(text);
    System.out.flush();
  }

  /** Prints a line that stays, to standard error. */
  public void warn(String text) {
    clear();
    System.err.println(text);
    System.err.flush();
  }

  /** Shows a line that the next output replaces; nothing where nobody looks on. */
  public void live(String text) {
    if (!interactive) {
      return;
    }
    String cut = text.length() > 110 ? text.substring(0, 109) + "…" : text;
    System.out.print("\r\u001b[2K" + cut);
    System.out.flush();
    liveLine = true;
  }

  private void clear() {
    if (liveLine) {
      System.out.print("\r\u001b[2K");
      System.out.flush();
      liveLine = false;
    }
  }

  /** Clears the whole screen, for a table that is shown again and again. */
  public void home() {
    if (interactive) {
      System.out.print("\u001b[H\u001b[2J");
    }
  }

  /** The text in green. */
  public String good(String text) {
    return paint("32", text);
  }

  /** The text in red. */
  public String bad(String text) {
    return paint("31", text);
  }

  /** The text in yellow. */
  public String notable(String text) {
    return paint("33", text);
  }

  /** The text in grey. */
  public String faint(String text) {
    return paint("2", text);
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** Asks a question that is answered by yes or no; no where nobody looks on. */
  public boolean ask(String question) {
    if (!interactive) {
      return false;
    }
    System.out.print(question + " [Y/n] ");
    System.out.flush();
    StringBuilder answer = new StringBuilder();
    try {
      for (int c = System.in.read(); c != '\n'; c = System.in.read()) {
        if (c < 0) {
          return false;
        }
        answer.append((char) c);
      }
    } catch (IOException e) {
      return false; // no answer is no
    }
    String word =
        new String(answer.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            .strip()
            .toLowerCase(Locale.ROOT);
    return word.isEmpty() || word.startsWith("y");
  }
}
