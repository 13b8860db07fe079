/** Spring's cache abstraction on Corral. */
@NullMarked
package io.github.corral.spring;

import org.jspecify.annotations.NullMarked;
