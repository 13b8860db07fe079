package io.github.corral.internal;

import io.github.corral.Explanation;
import io.github.corral.Explanation.Answer;
import io.github.corral.Explanation.Copy;
import io.github.corral.Explanation.Failures;
import io.github.corral.Explanation.HoldOff;
import io.github.corral.Explanation.InFlight;
import io.github.corral.Explanation.Lease;
import io.github.corral.Explanation.Remote;
import io.github.corral.Explanation.Times;
import io.github.corral.Explanation.Write;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.spi.RemoteTier.Stored;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Explains one cache's keys. Only looks: it leaves no trace in either tier. */
final class Explainer<K, V> {

  private final CacheSettings<K, V> settings;
  private final Fleet fleet;
  private final L1<K, V> l1;

  Explainer(CacheSettings<K, V> settings, Fleet fleet, L1<K, V> l1) {
    this.settings = settings;
    this.fleet = fleet;
    this.l1 = l1;
  }

  /** The remote tier's own timeout bounds it; the load timeout is for one that breaks its word. */
  Explanation explain(K key) {
    String text = settings.text(key);
    Inspection answer = null;
    try {
      answer = ask(text).get(timeoutNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      // No answer, as the explanation says.
    }
    return explanation(key, text, answer);
  }

  CompletableFuture<Explanation> explainAsync(K key) {
    String text = settings.text(key);
    CompletableFuture<Explanation> told = new CompletableFuture<>();
    Runnable cancel = fleet.host().timer().after(timeoutNanos(), () -> tell(told, key, text, null));
    Stages.then(ask(text), (answer, error) -> tell(told, key, text, answer));
    Stages.then(told, (explanation, error) -> cancel.run());
    return told;
  }

  /** Elsewhere than on the tier's thread or the timer's, because callers go on from here. */
  private void tell(
      CompletableFuture<Explanation> to, K key, String text, @Nullable Inspection answer) {
    Runnable step = () -> to.complete(explanation(key, text, answer));
    try {
      fleet.host().executor().execute(step);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter for want of a thread
      step.run();
    }
  }

  private CompletableFuture<Inspection> ask(String text) {
    return fleet.call(tier -> tier.inspect(text));
  }

  private long timeoutNanos() {
    return settings.failure.loadTimeout().toNanos();
  }

  private Explanation explanation(K key, String text, @Nullable Inspection answer) {
    String own = text.substring(settings.name.length() + CacheSettings.SEPARATOR.length());
    return new Explanation(
        settings.name, Printed.of(own), inProcess(key), inFlight(text), remote(answer));
  }

  private @Nullable Copy inProcess(K key) {
    long now = fleet.host().nanoTime().getAsLong();
    fleet.feed().check(now);
    Entry<V> entry = l1.held(key, now);
    if (entry == null) {
      return null;
    }
    Times times =
        new Times(
            Duration.ofNanos(now - entry.loadedAt()),
            Duration.ofNanos(entry.freshUntil() - now),
            Duration.ofNanos(entry.hardUntil() - now),
            Duration.ofMillis(entry.costMillis()));
    return new Copy(entry.value() == null, times, Duration.ofNanos(entry.refreshAt() - now));
  }

  private @Nullable InFlight inFlight(String text) {
    KeyFlight<?, ?> flight = fleet.flight(text);
    return flight == null ? null : flight.progress();
  }

  private Remote remote(@Nullable Inspection told) {
    if (told == null) {
      return new Remote(Answer.MISSING, null, null, null, null, null);
    }
    return new Remote(
        !fleet.alone() ? Answer.GIVEN : Answer.NO_TIER,
        stored(told),
        told.leaseMillis() > 0 ? new Lease(millis(told.leaseMillis()), told.awaited()) : null,
        told.holdOffMillis() > 0
            ? new HoldOff(millis(told.holdOffMillis()), version(told.leastVersion()))
            : null,
        told.writeMillis() > 0 ? new Write(millis(told.writeMillis()), told.contended()) : null,
        told.failures() > 0
            ? new Failures(told.failures(), told.error(), millis(told.failingMillis()))
            : null);
  }

  private Explanation.@Nullable Stored stored(Inspection told) {
    Stored stored = told.stored();
    if (stored == null) {
      return null;
    }
    byte[] payload = stored.payload();
    Times times =
        new Times(
            millis(stored.lifeMillis() - stored.freshMillis()),
            millis(stored.freshMillis()),
            millis(stored.hardMillis()),
            millis(stored.costMillis()));
    return new Explanation.Stored(
        payload == null,
        times,
        payload == null ? 0 : payload.length,
        told.schema(),
        told.schema() == settings.schema,
        version(told.version()),
        stored.tags());
  }

  private static @Nullable Long version(long version) {
    return version == Fill.NO_VERSION ? null : version;
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
