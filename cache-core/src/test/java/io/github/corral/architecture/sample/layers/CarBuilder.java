package io.github.corral.architecture.sample.layers;

import io.github.corral.architecture.sample.layers.internal.Engine;

final class CarBuilder {
  Engine engine = new Engine();

  static final class Options {
    Engine engine = new Engine();
  }
}
