package io.github.corral;

import org.jspecify.annotations.Nullable;

/**
 * A value could not be loaded and there was none to be served stale. Each caller gets an instance
 * of its own; the cause is what the loader threw, or null if another process ran it, of whose
 * failure only the class name is known.
 */
public class LoadFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message cache, key and what happened
   * @param cause what the loader threw, or null if that is not known here
   */
  public LoadFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
