package io.github.corral.internal;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Lets the faults of a simulation happen, as long as it is busy. */
final class Chaos {

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Simulation simulation;
  private final SplittableRandom random;
  private final VirtualTime time;
  private final History history;
  private long sourceFailsUntil;

  Chaos(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
    this.time = simulation.time;
    this.history = simulation.history;
  }

  void start() {
    every(Fault.PAUSES, 3_000, this::pause);
    every(Fault.KILLS, 6_000, () -> kill(any()));
    every(Fault.DEAF_FEED, 4_000, this::deafen);
    every(Fault.FAILING_SOURCE, 5_000, this::failSource);
    every(Fault.FLUSHES, 5_000, this::flush);
    every(Fault.EVICTIONS, 1_500, this::evict);
    every(Fault.LOST_TAGS, 4_000, this::loseTags);
    every(Fault.RESTARTS, 6_000, () -> replace(0));
    every(Fault.OUTAGES, 3_000, this::away);
    every(Fault.FAILOVERS, 6_000, () -> replace(random.nextLong(400 * MS)));
  }

  private void every(Fault fault, long millis, Runnable happens) {
    if (simulation.faults.contains(fault)) {
      time.after(
          random.nextLong(2 * millis * MS),
          () -> {
            if (simulation.busy()) {
              happens.run();
              every(fault, millis, happens);
            }
          });
    }
  }

  private SimulatedProcess any() {
    List<SimulatedProcess> processes = simulation.processes();
    return processes.get(random.nextInt(processes.size()));
  }

  private void pause() {
    SimulatedProcess process = any();
    long until = time.nanos() + 100 * MS + random.nextLong(4_500 * MS);
    process.machine.pause(until);
    history.paused(time.nanos(), process.number, until);
  }

  /** Now and then kills a process while it does what it has just begun. */
  void maybeKill(SimulatedProcess process) {
    if (simulation.faults.contains(Fault.KILLS) && random.nextInt(20) == 0) {
      time.after(random.nextLong(60 * MS), () -> kill(process));
    }
  }

  private void kill(SimulatedProcess process) {
    boolean alone = simulation.processes().size() == 1;
    if (process.machine.dead() || (alone && !simulation.busy())) {
      return;
    }
    simulation.kill(process);
    if (alone || random.nextInt(3) > 0) {
      time.after(alone ? 0 : random.nextLong(2_000 * MS), simulation::start);
    }
  }

  private void deafen() {
    SimulatedProcess process = any();
    long until = time.nanos() + random.nextLong(6_000 * MS);
    process.tier.deafen(until);
    history.fault(
        time.nanos(), process.number, "hears nothing for %d ms", (until - time.nanos()) / MS);
  }

  private void failSource() {
    sourceFailsUntil = time.nanos() + random.nextLong(3_000 * MS);
    history.fault(
        time.nanos(), -1, "the source fails for %d ms", (sourceFailsUntil - time.nanos()) / MS);
  }

  boolean loadFails() {
    boolean chance = simulation.faults.contains(Fault.FAILING_LOADS) && random.nextInt(6) == 0;
    return chance || time.nanos() < sourceFailsUntil;
  }

  boolean hangs() {
    return simulation.faults.contains(Fault.HUNG_LOADS)
        && simulation.busy()
        && random.nextInt(15) == 0;
  }

  private void flush() {
    simulation.server.befalls(server -> server.flushAll());
    history.flushed(time.nanos());
  }

  private void evict() {
    int key = random.nextInt(Profile.KEYS);
    simulation.server.befalls(server -> server.evict(Simulation.text(key)));
    history.evicted(time.nanos(), key);
  }

  private void loseTags() {
    simulation.server.befalls(server -> server.loseTags());
    history.tagsLost(time.nanos());
  }

  private void away() {
    long now = time.nanos();
    long until = now + random.nextLong(4_000 * MS);
    simulation.server.away(until);
    history.away(now, until);
    if (random.nextBoolean()) {
      reconnect(until - now);
    }
  }

  private void reconnect(long afterNanos) {
    for (SimulatedProcess process : simulation.processes()) {
      process.tier.reconnect(afterNanos + random.nextLong(1_500 * MS));
    }
  }

  private void replace(long lost) {
    long now = time.nanos();
    long reachable = now + random.nextLong(400 * MS);
    simulation.server.replace(now - lost, reachable);
    history.replaced(now, now - lost, reachable);
    reconnect(reachable - now);
  }
}
