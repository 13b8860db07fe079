/** The social network's rows, generated once and always the same. */
@NullMarked
package io.github.corral.demo.data;

import org.jspecify.annotations.NullMarked;
