/** What holds for the classes of every module, checked on their class files. */
@NullMarked
package io.github.corral.testing.architecture;

import org.jspecify.annotations.NullMarked;
