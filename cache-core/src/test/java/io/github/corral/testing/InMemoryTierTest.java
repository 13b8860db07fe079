package io.github.corral.testing;

import io.github.corral.spi.RemoteTier;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The model keeps the contract. */
class InMemoryTierTest extends RemoteTierContract {

  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
  private final InMemoryServer server = new InMemoryServer(millis::get);

  @Override
  protected RemoteTier newTier() {
    return new InMemoryTier(server);
  }

  @Override
  protected void advance(Duration duration) {
    millis.addAndGet(duration.toMillis());
  }

  @Override
  protected void loseTags() {
    server.loseTags();
  }

  @Override
  protected void changePrimary() {
    server.restart("another");
  }
}
