/** Author profiles: many keys, of which a few are read most of the time. */
@NullMarked
package io.github.corral.demo.author;

import org.jspecify.annotations.NullMarked;
