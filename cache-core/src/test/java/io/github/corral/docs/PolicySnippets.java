package io.github.corral.docs;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.TypeRef;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Writer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The code of the page on policies. */
final class PolicySnippets {

  private PolicySnippets() {}

  record Author(long id, String name) {}

  record Post(long id, long authorId, String author) {}

  /** The source of truth. */
  static final class Repository {
    final AtomicInteger reads = new AtomicInteger();
    private final Map<Long, Author> rows =
        new ConcurrentHashMap<>(Map.of(42L, new Author(42, "Ada")));

    @Nullable Author find(long id) {
      reads.incrementAndGet();
      return rows.get(id);
    }

    Author rename(long id, String to) {
      Author renamed = new Author(id, to);
      save(renamed);
      return renamed;
    }

    void save(Author author) {
      rows.put(author.id(), author);
    }

    void delete(long id) {
      rows.remove(id);
    }

    Post post(long id) {
      reads.incrementAndGet();
      return new Post(id, 42, Objects.requireNonNull(rows.get(42L)).name());
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

  static ReadThroughCache<Long, Post> tags(Corral corral, Repository repository) {
    ReadThroughCache<Long, Post> posts =
        corral
            .cache("posts", Long.class, Post.class)
            .tags((id, post) -> post == null ? List.of() : List.of("author:" + post.authorId()))
            .build(repository::post);
    return posts;
  }

  static void renameTagged(Corral corral, Repository repository) {
    repository.rename(42L, "Grace");
    corral.invalidateTags("author:42"); // whatever bears the name, in every cache and process
  }

  static Author update(ReadThroughCache<Long, Author> authors, Repository repository) {
    Author grace = authors.update(42L, () -> repository.rename(42L, "Grace"));
    return grace;
  }

  /** Writes authors where they are kept. */
  static final class AuthorWriter implements Writer<Long, Author> {
    private final Repository repository;

    AuthorWriter(Repository repository) {
      this.repository = repository;
    }

    @Override
    public void write(Long id, Author author) {
      repository.save(author);
    }

    @Override
    public void delete(Long id) {
      repository.delete(id);
    }
  }

  static ReadThroughCache<Long, Author> writer(Corral corral, Repository repository) {
    ReadThroughCache<Long, Author> authors =
        corral
            .cache("authors", Long.class, Author.class)
            .writer(new AuthorWriter(repository))
            .build(repository::find);

    authors.put(42L, new Author(42, "Grace")); // source, then both tiers
    authors.remove(43L); // the same, and known to be absent
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
