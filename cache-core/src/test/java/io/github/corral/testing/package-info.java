/**
 * A model of the remote tier, a tier over it, and the contract that every tier is tested against.
 */
@NullMarked
package io.github.corral.testing;

import org.jspecify.annotations.NullMarked;
