/** The front page, which is the hot key, and the pages behind it. */
@NullMarked
package io.github.corral.demo.feed;

import org.jspecify.annotations.NullMarked;
