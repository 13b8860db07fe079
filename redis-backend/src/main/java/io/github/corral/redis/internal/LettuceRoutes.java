package io.github.corral.redis.internal;

import java.util.concurrent.CompletableFuture;

/** What a link asks of those that it is one of. Thread-safe. */
interface LettuceRoutes {

  /** Those of a server that is alone. */
  LettuceRoutes NONE =
      new LettuceRoutes() {
        @Override
        public CompletableFuture<LettuceLink> follow(Redirection to, String from) {
          return CompletableFuture.failedFuture(
              new IllegalStateException(
                  "redis: "
                      + from
                      + " belongs to a cluster; make the tier with a RedisClusterClient"));
        }

        @Override
        public void doubt() {}
      };

  /**
   * The way to where a command was redirected.
   *
   * @param from the address of the server that redirects
   */
  CompletableFuture<LettuceLink> follow(Redirection to, String from);

  /** What is known of who keeps what may be out of date. */
  void doubt();
}
