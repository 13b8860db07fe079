package io.github.corral.internal;

/**
 * A key as it may stand in a message: cut at 64 characters, with whatever is no visible character
 * (controls, line breaks, marks of writing direction, surrogates) escaped.
 */
final class Printed {

  private static final int MOST = 64;

  private Printed() {}

  static String of(String text) {
    StringBuilder printed = new StringBuilder();
    text.chars().limit(MOST).forEach(c -> append((char) c, printed));
    return text.length() > MOST ? printed.append("...").toString() : printed.toString();
  }

  private static void append(char c, StringBuilder to) {
    if (isVisible(c)) {
      to.append(c);
    } else {
      to.append(String.format("\\u%04x", (int) c));
    }
  }

  private static boolean isVisible(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
