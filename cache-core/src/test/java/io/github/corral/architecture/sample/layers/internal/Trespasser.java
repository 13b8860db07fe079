package io.github.corral.architecture.sample.layers.internal;

import io.github.corral.architecture.sample.foreign.internal.Foreign;

final class Trespasser {
  Foreign foreign = new Foreign();
}
