/** What an application tunes: expiry, refresh, and what happens when a load fails. */
@NullMarked
package io.github.corral.policy;

import org.jspecify.annotations.NullMarked;
