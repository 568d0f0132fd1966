package org.tanada.common.account;

/**
 * Characters that nobody sees, and that make a name look like another one: those that turn the
 * direction of what follows, spaces without width, soft hyphens (Unicode Technical Report 36,
 * sections 2.5 and 3.5). What joins letters of Persian and parts of an emoji is none of them.
 */
public final class HiddenCharacters {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private HiddenCharacters() {}

  /** Whether the text has one. */
  public static boolean in(String text) {
    return text.codePoints().anyMatch(HiddenCharacters::hidden);
  }

  private static boolean hidden(int c) {
    return Character.getType(c) == Character.FORMAT
        && c != ZERO_WIDTH_NON_JOINER
        && c != ZERO_WIDTH_JOINER;
  }
}
