/** Redis as the remote tier of a Corral cache. */
@NullMarked
package io.github.corral.redis;

import org.jspecify.annotations.NullMarked;
