package io.github.corral.architecture.sample.layers.internal;

final class Gearbox {
  Engine engine = new Engine();
}
