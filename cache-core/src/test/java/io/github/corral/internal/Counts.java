package io.github.corral.internal;

import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a cache records, by the events' names. Thread-safe. */
public final class Counts implements Recorder {

  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

  /** How often an event was recorded, such as "hit L1", "load FAILURE", "overtaken". */
  public int of(String event) {
    AtomicInteger count = counts.get(event);
    return count == null ? 0 : count.get();
  }

  private void count(String event) {
    counts.computeIfAbsent(event, name -> new AtomicInteger()).incrementAndGet();
  }

  @Override
  public void hit(Tier tier) {
    count("hit " + tier);
  }

  @Override
  public void miss(Tier tier) {
    count("miss " + tier);
  }

  @Override
  public void staleServed() {
    count("stale");
  }

  @Override
  public void joined() {
    count("joined");
  }

  @Override
  public void refresh() {
    count("refresh");
  }

  @Override
  public void leaseWait(Duration waited) {
    count("leaseWait");
  }

  @Override
  public void load(Outcome outcome, Duration took) {
    count("load " + outcome);
  }

  @Override
  public void overtaken() {
    count("overtaken");
  }

  @Override
  public void codecFailure() {
    count("codecFailure");
  }

  @Override
  public void notKept() {
    count("notKept");
  }

  @Override
  public void remoteFailure() {
    count("remoteFailure");
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
