package io.github.corral.architecture.sample.layers;

import io.github.corral.architecture.sample.layers.internal.Engine;

final class Holder {
  Engine.Part[][] parts = {};
}
