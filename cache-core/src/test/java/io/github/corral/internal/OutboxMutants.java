package io.github.corral.internal;

import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.RemoteTier.Change;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Fleets whose changes get lost in an outage. */
final class OutboxMutants {

  private OutboxMutants() {}

  /** Those that seeds find. */
  static Map<String, Parts> bySeeds() {
    Map<String, Parts> all = new LinkedHashMap<>();
    all.put("kept changes of keys forgotten", parts(KeysForgotten::new));
    all.put("kept tags forgotten", parts(TagsForgotten::new));
    all.put("L2 read before kept changes are applied", parts(ReadBefore::new));
    all.put("overflow of keys dropped silently", parts(KeysDropped::new));
    all.put("overflow of tags dropped silently", parts(TagsDropped::new));
    all.put("kept changes never applied", parts(NeverApplied::new));
    return all;
  }

  private static Parts parts(Fleet.Outboxes maker) {
    return new Parts() {
      @Override
      public Set<Fault> faults(Set<Fault> drawn) {
        return Set.of(Fault.OUTAGES);
      }

      @Override
      public Outbox outbox(int most, Supplier<? extends Collection<String>> caches) {
        return maker.of(most, caches);
      }
    };
  }

  private static final class KeysForgotten extends Outbox {
    KeysForgotten(int most, Supplier<? extends Collection<String>> caches) {
      super(most, caches);
    }

    @Override
    void keep(String text, Change mode, long holdOffMillis) {}
  }

  private static final class TagsForgotten extends Outbox {
    TagsForgotten(int most, Supplier<? extends Collection<String>> caches) {
      super(most, caches);
    }

    @Override
    void keep(List<String> names, long holdOffMillis) {}
  }

  private static final class ReadBefore extends Outbox {
    ReadBefore(int most, Supplier<? extends Collection<String>> caches) {
      super(most, caches);
    }

    @Override
    boolean blocksL2() {
      return false;
    }
  }

  private static final class KeysDropped extends Outbox {
    KeysDropped(int most, Supplier<? extends Collection<String>> caches) {
      super(most, caches);
    }

    @Override
    void keep(String text, Change mode, long holdOffMillis) {
      if (size() < Profile.MOST_KEPT) {
        super.keep(text, mode, holdOffMillis);
      }
    }
  }

  private static final class TagsDropped extends Outbox {
    TagsDropped(int most, Supplier<? extends Collection<String>> caches) {
      super(most, caches);
    }

    @Override
    void keep(List<String> names, long holdOffMillis) {
      if (size() < Profile.MOST_KEPT) {
        super.keep(names, holdOffMillis);
      }
    }
  }

  private static final class NeverApplied extends Outbox {
    NeverApplied(int most, Supplier<? extends Collection<String>> caches) {
      super(most, caches);
    }

    @Override
    boolean isEmpty() {
      return true;
    }

    @Override
    boolean blocksL2() {
      return size() > 0;
    }
  }
}
