package io.github.corral;

/**
 * A cache's {@link io.github.corral.spi.Writer} threw, so that it is not known whether the source
 * was written: what the cache held of the key is gone, and nothing was published. The cause is what
 * it threw.
 */
public class WriteFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Makes one.
   *
   * @param message what failed
   * @param cause what the writer threw
   */
  public WriteFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
