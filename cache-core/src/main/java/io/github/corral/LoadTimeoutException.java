package io.github.corral;

/**
 * A value was not there when the load timeout ended. The message tells cache, key, and what was
 * waited for.
 */
public final class LoadTimeoutException extends LoadFailedException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message cache, key, time waited and what for
   */
  public LoadTimeoutException(String message) {
    super(message, null);
  }
}
