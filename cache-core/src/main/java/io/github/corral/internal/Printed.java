package io.github.corral.internal;

/** A key as it may stand in a message: control characters escaped, cut at 64 characters. */
final class Printed {

  private static final int MOST = 64;

  private Printed() {}

  static String of(String text) {
    StringBuilder printed = new StringBuilder();
    text.chars()
        .limit(MOST)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.isSurrogate((char) c)) {
                printed.append(String.format("\\u%04x", c));
              } else {
                printed.append((char) c);
              }
            });
    return text.length() > MOST ? printed.append("...").toString() : printed.toString();
  }
}
