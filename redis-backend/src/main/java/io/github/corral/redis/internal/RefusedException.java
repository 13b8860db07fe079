package io.github.corral.redis.internal;

import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A server's refusal of a command, which it has not run. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why; each name is the word that the server's error begins with. */
  enum Reason {
    /** The server is a replica. */
    READONLY,
    /** The keys' slot is on its way to another server, and only some of them have arrived. */
    TRYAGAIN,
    /** Nobody serves the key's slot. */
    CLUSTERDOWN,
    /** The server reads its data set. */
    LOADING,
    /** A script runs for too long. */
    BUSY,
    /** The server does not know the script by its digest. */
    NOSCRIPT
  }

  private final Reason reason;

  private RefusedException(Reason reason, String message, Throwable cause) {
    super("redis: " + message, cause);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  /** The refusal that a server's error is; null if it is another one. */
  static @Nullable RefusedException of(Throwable error) {
    String message = error.getMessage();
    if (message == null) {
      return null;
    }
    return Arrays.stream(Reason.values())
        .filter(reason -> message.startsWith(reason.name()))
        .findFirst()
        .map(reason -> new RefusedException(reason, message, error))
        .orElse(null);
  }

  /** Whether a failure is a refusal for a reason. */
  static boolean is(Reason reason, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RefusedException refused && refused.reason == reason;
  }
}
