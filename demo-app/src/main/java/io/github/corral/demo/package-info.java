/** A small social network that shows what a cache does to its database. */
@NullMarked
package io.github.corral.demo;

import org.jspecify.annotations.NullMarked;
