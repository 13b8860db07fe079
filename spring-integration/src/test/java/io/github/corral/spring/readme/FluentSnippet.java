package io.github.corral.spring.readme;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.redis.LettuceTier;
import io.lettuce.core.RedisClient;
import java.util.List;

/** The README's fluent interface. */
class FluentSnippet {

  private FluentSnippet() {}

  /** Reads an author, invalidates it, reads it again. */
  static List<Author> run(RedisClient redisClient, AuthorRepository repository) {
    Corral corral = Corral.builder().remote(LettuceTier.of(redisClient)).build();
    ReadThroughCache<Long, Author> authors =
        corral
            .cache("authors", Long.class, Author.class)
            .expiry(CacheExpiry.freshFor(ofMinutes(10)).staleFor(ofHours(1)))
            .build(id -> repository.find(id));

    Author ada = authors.get(42L);
    authors.invalidate(42L); // every process, and every load in flight
    Author again = authors.get(42L);
    corral.close();
    return List.of(ada, again);
  }
}
