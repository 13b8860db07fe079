package io.github.corral.docs;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.TypeRef;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The code of the page on policies. */
final class PolicySnippets {

  private PolicySnippets() {}

  record Author(long id, String name) {}

  /** The source of truth. */
  static final class Repository {
    final AtomicInteger reads = new AtomicInteger();
    private volatile String name = "Ada";

    Author find(long id) {
      reads.incrementAndGet();
      return new Author(id, name);
    }

    void rename(long id, String to) {
      name = to;
    }

    List<String> languages() {
      return List.of("en", "fr");
    }

    List<String> frontPage(String language) {
      return List.of(language + " " + reads.incrementAndGet());
    }
  }

  static ReadThroughCache<Long, Author> aside(Corral corral, Repository repository) {
    ReadThroughCache<Long, Author> authors =
        corral
            .cache("authors", Long.class, Author.class)
            .expiry(CacheExpiry.freshFor(ofMinutes(10)).staleFor(ofHours(1)))
            .freshFor((id, author) -> author == null ? ofSeconds(5) : null) // null: as expiry says
            .maximumWeight(1_000_000, (id, author) -> author.name().length())
            .build(repository::find);

    repository.rename(42L, "Grace");
    authors.invalidate(42L); // after the commit
    return authors;
  }

  static ReadThroughCache<String, List<String>> background(Corral corral, Repository repository) {
    ReadThroughCache<String, List<String>> frontPages =
        corral
            .cache("front-pages", String.class, new TypeRef<List<String>>() {})
            .expiry(CacheExpiry.freshFor(ofMinutes(2)))
            .refresh(Refresh.every(ofMinutes(1)))
            .refreshKeys(repository::languages) // leave out: the keys that are read here
            .build(repository::frontPage);
    return frontPages;
  }

  /** Hears of changes. */
  record Events(ReadThroughCache<String, List<String>> frontPages) {
    void changed(String language, Runnable acknowledge) {
      frontPages.refreshAsync(language).thenRun(acknowledge);
    }
  }
}
