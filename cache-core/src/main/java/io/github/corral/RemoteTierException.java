package io.github.corral;

/** The remote tier did not apply an operation in time, or refused it. It may still take effect. */
public final class RemoteTierException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message cache, key and operation
   * @param cause what the remote tier threw
   */
  public RemoteTierException(String message, Throwable cause) {
    super(message, cause);
  }
}
