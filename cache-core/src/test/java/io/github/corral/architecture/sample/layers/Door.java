package io.github.corral.architecture.sample.layers;

import io.github.corral.architecture.sample.layers.internal.Engine;

final class Door {
  Engine engine = new Engine();
}
