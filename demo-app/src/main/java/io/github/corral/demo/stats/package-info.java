/** What the load test reads: a process's own book-keeping, and the database's. */
@NullMarked
package io.github.corral.demo.stats;

import org.jspecify.annotations.NullMarked;
