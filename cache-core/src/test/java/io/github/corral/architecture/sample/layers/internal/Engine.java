package io.github.corral.architecture.sample.layers.internal;

public class Engine {
  public static final class Part {}
}
