/** What runs: the protocol, and the client behind its port. */
@NullMarked
package io.github.corral.redis.internal;

import org.jspecify.annotations.NullMarked;
