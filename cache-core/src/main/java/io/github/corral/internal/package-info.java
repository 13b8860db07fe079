/** What runs: the engine and its parts. Nothing outside this module names these classes. */
@NullMarked
package io.github.corral.internal;

import org.jspecify.annotations.NullMarked;
