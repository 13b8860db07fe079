package io.github.corral.internal;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/**
 * The table of flights, for Lincheck: a key has one flight, whoever is done takes away none but its
 * own, and what is launched while everything closes is ended.
 */
public class FlightTableInterleavings {

  private static final String TEXT = "c::1";

  private final FlightTable<Plane> table;
  private volatile boolean staying;

  /** Tells a flight from another. */
  static final class Plane {
    /** Always the same: Lincheck changes that of objects once they are made. */
    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  /** With the table of production. */
  public FlightTableInterleavings() {
    this(FlightTable::new);
  }

  FlightTableInterleavings(Function<Consumer<Plane>, FlightTable<Plane>> table) {
    this.table = table.apply(this::land);
  }

  private void land(Plane flight) {
    table.landed(TEXT, flight);
  }

  /** Launches a flight unless there is one, and lands it. */
  @Operation
  public void fly() {
    Plane flight = new Plane();
    if (table.launch(TEXT, null, flight)) {
      if (staying && !table.closed()) {
        throw new AssertionError("two flights of one key");
      }
      land(flight);
    }
  }

  /** Takes the place of a flight that was overtaken, and that lands after its successor began. */
  @Operation(nonParallelGroup = "successors")
  public void succeed() {
    Plane overtaken = new Plane();
    Plane flight = new Plane();
    if (table.launch(TEXT, null, overtaken) && table.launch(TEXT, overtaken, flight)) {
      land(overtaken);
      if (table.of(TEXT) != flight && !table.closed()) {
        throw new AssertionError("another flight has taken it away");
      }
      land(flight);
    }
  }

  /** Launches a flight that lands only when everything closes. */
  @Operation(runOnce = true)
  public void stay() {
    staying = table.launch(TEXT, null, new Plane());
  }

  /** Everything closes. */
  @Operation(runOnce = true)
  public void close() {
    boolean unused = table.close();
  }

  /** Nothing is left once everything has closed. */
  @Validate
  public void nothingIsLeft() {
    boolean unused = table.close();
    if (table.size() > 0 || table.of(TEXT) != null) {
      throw new AssertionError(table.size() + " flights are left");
    }
  }

  /** Launches without a look at who is there. */
  public static final class Overwriting extends FlightTableInterleavings {
    /** Broken. */
    public Overwriting() {
      super(
          end ->
              new FlightTable<>(end) {
                @Override
                boolean launch(String text, @Nullable Plane instead, Plane flight) {
                  boolean free = of(text) == instead;
                  if (free) {
                    byText.put(text, flight);
                    adopt(flight);
                  }
                  return free;
                }
              });
    }
  }

  /** Who lands takes away whatever is there. */
  public static final class TakingAway extends FlightTableInterleavings {
    /** Broken. */
    public TakingAway() {
      super(
          end ->
              new FlightTable<>(end) {
                @Override
                void landed(String text, Plane flight) {
                  byText.remove(text);
                  live.remove(flight);
                }
              });
    }
  }

  /** Looks whether everything has closed before it adds, and not after. */
  public static final class LookingTooEarly extends FlightTableInterleavings {
    /** Broken. */
    public LookingTooEarly() {
      super(
          end ->
              new FlightTable<>(end) {
                @Override
                void adopt(Plane flight) {
                  boolean late = closed();
                  live.add(flight);
                  if (late) {
                    this.end.accept(flight);
                  }
                }
              });
    }
  }
}
