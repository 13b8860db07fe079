/**
 * The servers that the demo brings along: PostgreSQL and Redis on free ports of 127.0.0.1, in
 * directories that vanish with them. Plain Java, so that a launcher can start them for a whole
 * fleet.
 */
@NullMarked
package io.github.corral.demo.servers;

import org.jspecify.annotations.NullMarked;
