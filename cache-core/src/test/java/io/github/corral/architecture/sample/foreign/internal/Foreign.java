package io.github.corral.architecture.sample.foreign.internal;

public class Foreign {}
