package io.github.corral.redis.internal;

/** The failure of a command that the server may have run, or not. */
final class ConnectionLostException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  ConnectionLostException() {
    super("redis: the connection was lost before the answer");
  }
}
