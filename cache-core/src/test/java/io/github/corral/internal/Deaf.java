package io.github.corral.internal;

import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;

/** A way to a server on which nothing of the feed is heard. */
final class Deaf extends ScriptedTier {

  private Deaf(InMemoryServer server) {
    super(new InMemoryTier(server));
  }

  static ScriptedTier to(InMemoryServer server) {
    return new Deaf(server);
  }

  @Override
  public void subscribe(FeedListener listener) {
    listener.subscribed();
  }
}
