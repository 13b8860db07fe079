package io.github.corral.architecture.sample.layers.policy;

import io.github.corral.architecture.sample.layers.internal.Engine;

final class PolicyBuilder {
  Class<?> tuned = Engine.class;
}
