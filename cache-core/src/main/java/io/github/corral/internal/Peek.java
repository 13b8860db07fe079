package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.Recorder.Stale;
import io.github.corral.spi.Recorder.Tier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The reads of one cache that load nothing, and so need no flight. */
final class Peek<K, V> {

  private final Engine<K, V> engine;
  private final Entries<V> entries;
  private final L1<K, V> l1;

  Peek(Engine<K, V> engine, Entries<V> entries, L1<K, V> l1) {
    this.engine = engine;
    this.entries = entries;
    this.l1 = l1;
  }

  /** The entry of either tier, or null. */
  CompletableFuture<@Nullable Entry<V>> of(K key, Executor thread) {
    Entry<V> entry = l1.find(key, engine.checkedNow());
    if (entry != null) {
      recordPeek(Tier.L1, entry);
      return CompletableFuture.completedFuture(entry);
    }
    engine.recorder.miss(Tier.L1);
    CompletableFuture<@Nullable Entry<V>> found =
        engine.ready().thenCompose(known -> peekL2(key, thread));
    return found.handle(
        (it, error) -> {
          if (error != null) {
            engine.recorder.remoteFailure();
          }
          return it;
        });
  }

  private CompletableFuture<@Nullable Entry<V>> peekL2(K key, Executor thread) {
    String text = engine.text(key);
    Ticket ticket = engine.ticket(Guards.stripe(text));
    return engine
        .leases()
        .lookup(text, Mode.PEEK, 0, engine.newToken(), 0)
        .thenApplyAsync(
            reply -> {
              Entry<V> found = present(reply, ticket);
              if (found == null) {
                engine.recorder.miss(Tier.L2);
              } else {
                recordPeek(Tier.L2, found);
                l1.put(key, found);
              }
              return found;
            },
            thread);
  }

  private void recordPeek(Tier tier, Entry<V> found) {
    engine.recorder.hit(tier);
    if (!found.fresh(engine.now())) {
      engine.recorder.staleServed(Stale.PEEKED);
    }
  }

  private @Nullable Entry<V> present(Reply reply, Ticket ticket) {
    if (reply instanceof Hit hit) {
      return entries.decode(hit.stored(), ticket);
    }
    return reply instanceof Busy busy && busy.stale() != null
        ? entries.decode(busy.stale(), ticket)
        : null;
  }
}
