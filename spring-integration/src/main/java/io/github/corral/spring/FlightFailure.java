package io.github.corral.spring;

/**
 * A failed load on its way through Spring's stages. Checked, for what is not a RuntimeException
 * passes Spring's handling of cache errors by.
 */
final class FlightFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final Throwable original;

  FlightFailure(Throwable original) {
    super(original);
    this.original = original;
  }

  Throwable original() {
    return original;
  }
}
