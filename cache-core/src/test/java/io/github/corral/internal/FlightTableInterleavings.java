package io.github.corral.internal;

import io.github.corral.internal.Caller.Getter;
import io.github.corral.spi.Recorder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * The table of flights, for Lincheck: a key has one flight, whoever is done takes away none but its
 * own, and what is launched while everything closes is ended.
 */
public class FlightTableInterleavings {

  private static final String TEXT = "c::1";

  private final Fleet fleet;
  private final Engine<Integer, String> engine;
  private final AtomicInteger inTheAir = new AtomicInteger();

  /** Makes an empty one. */
  public FlightTableInterleavings() {
    Host host =
        new Host(() -> 1, new SplitMix(1), Runnable::run, (nanos, task) -> () -> {}, () -> {});
    fleet = new Fleet(host, new LocalTier(() -> 1), false, 1_000, name -> Recorder.NONE);
    engine = new Engine<>(Settings.plain("c"), fleet, Recorder.NONE);
  }

  private KeyFlight<Integer, String> flight() {
    return KeyFlight.of(
        engine,
        TEXT,
        new Getter<>(1, (key, load) -> new CompletableFuture<>(), Runnable::run, Runnable::run));
  }

  /** Launches a flight unless there is one, and lands it. */
  @Operation
  public void fly() {
    KeyFlight<Integer, String> flight = flight();
    if (fleet.launch(TEXT, null, flight)) {
      // A flight that is ended because everything closes leaves the table before it lands here.
      if (inTheAir.incrementAndGet() > 1 && !fleet.closed()) {
        throw new AssertionError("two flights of one key");
      }
      inTheAir.decrementAndGet();
      fleet.landed(flight);
    }
  }

  /** Everything closes. */
  @Operation(runOnce = true)
  public void close() {
    fleet.close();
  }

  /** Nothing is left. */
  @Validate
  public void nothingIsLeft() {
    if (fleet.flights() > 0 || fleet.flight(TEXT) != null) {
      throw new AssertionError(fleet.flights() + " flights are left");
    }
  }
}
