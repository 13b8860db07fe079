package io.github.corral.redis.internal;

import java.util.function.UnaryOperator;

/** Replaces a piece of text wherever it stands, and knows whether it stood anywhere. */
final class Edit implements UnaryOperator<String> {

  private final String text;
  private final String replacement;
  private boolean applied;

  Edit(String text, String replacement) {
    this.text = text;
    this.replacement = replacement;
  }

  @Override
  public String apply(String script) {
    applied |= script.contains(text);
    return script.replace(text, replacement);
  }

  boolean applied() {
    return applied;
  }
}
