package io.github.corral.spring;

/**
 * What the application configured cannot be; the message names it, its value, and what is allowed.
 */
final class InvalidConfiguration extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String action;

  InvalidConfiguration(String message, String action) {
    super(message);
    this.action = action;
  }

  InvalidConfiguration(String message, String action, Throwable cause) {
    super(message, cause);
    this.action = action;
  }

  static InvalidConfiguration property(String property, Object value, String allowed) {
    return new InvalidConfiguration(
        property + ": " + value + " " + allowed, "Correct the property " + property + ".");
  }

  /** What to do about it. */
  String action() {
    return action;
  }
}
