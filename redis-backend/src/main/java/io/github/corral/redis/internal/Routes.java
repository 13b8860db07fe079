package io.github.corral.redis.internal;

import java.util.concurrent.CompletableFuture;

/** What a link asks of those that it is one of. Thread-safe. */
interface Routes {

  /** Those of a server that is alone. */
  Routes NONE =
      new Routes() {
        @Override
        public CompletableFuture<ServerLink> follow(Redirection to, String from) {
          return CompletableFuture.failedFuture(
              new IllegalStateException(
                  "redis: "
                      + from
                      + " belongs to a cluster; make the tier with a client of clusters"));
        }

        @Override
        public void doubt() {}
      };

  /**
   * The way to where a command was redirected.
   *
   * @param from the address of the server that redirects
   */
  CompletableFuture<ServerLink> follow(Redirection to, String from);

  /** What is known of who keeps what may be out of date. */
  void doubt();
}
