package io.github.corral.internal;

import io.github.corral.spi.Flight;
import org.jspecify.annotations.Nullable;

/** A part in a flight that has its value already. */
record Landed<V>(@Nullable V value) implements Flight<V> {

  @Override
  public boolean leads() {
    return false;
  }

  @Override
  public void commit(@Nullable V ignored) {}

  @Override
  public void commitUnstored(@Nullable V ignored) {}

  @Override
  public void fail(Throwable ignored) {}

  @Override
  public void close() {}
}
