/** What happens in the caches as Micrometer's meters. Needs {@code micrometer-core}. */
@NullMarked
package io.github.corral.metrics;

import org.jspecify.annotations.NullMarked;
