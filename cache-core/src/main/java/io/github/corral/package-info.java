/** What an application calls: {@link io.github.corral.Corral} and the caches that it builds. */
@NullMarked
package io.github.corral;

import org.jspecify.annotations.NullMarked;
