/**
 * The benchmarks: Corral beside what it is compared with, in pairs.
 *
 * <p>{@link io.github.corral.load.bench.Benchmarks} is the command.
 */
@NullMarked
package io.github.corral.load.bench;

import org.jspecify.annotations.NullMarked;
