/**
 * The main job: a fleet of demo applications under load in each cache mode, and one table of what
 * the database was asked.
 *
 * <p>{@link io.github.corral.load.MainJob} is the command.
 */
@NullMarked
package io.github.corral.load;

import org.jspecify.annotations.NullMarked;
