package io.github.corral.demo.stats;

/** A value that knows when it was loaded. */
public interface Stamped {

  /** The load that brought this value. */
  LoadStamp load();
}
