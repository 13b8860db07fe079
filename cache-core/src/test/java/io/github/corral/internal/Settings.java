package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import java.time.Duration;

/** Settings of a cache for tests to which they do not matter. */
final class Settings {

  private Settings() {}

  static CacheSettings<Integer, String> plain(String name) {
    return new CacheSettings<>(
        name,
        100,
        CacheExpiry.freshFor(Duration.ofSeconds(60)),
        Refresh.none(),
        Failure.defaults(),
        1,
        null,
        String::valueOf,
        null);
  }
}
