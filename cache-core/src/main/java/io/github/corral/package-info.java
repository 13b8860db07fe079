/** A stampede-safe read-through cache. */
@NullMarked
package io.github.corral;

import org.jspecify.annotations.NullMarked;
