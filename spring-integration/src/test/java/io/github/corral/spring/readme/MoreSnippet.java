package io.github.corral.spring.readme;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import java.util.List;
import java.util.Map;

/** What else the README shows of a cache. */
class MoreSnippet {

  final ReadThroughCache<Long, Author> authors;
  final Map<Long, Author> page;

  MoreSnippet(Corral corral, AuthorRepository repository) {
    ReadThroughCache<Long, Author> authors =
        corral
            .cache("authors", Long.class, Author.class)
            .bulkLoader(repository::findAllById, Author::id)
            .build(id -> repository.find(id));

    Map<Long, Author> page = authors.getAll(List.of(1L, 2L, 3L)); // one query for what is missing
    authors.update(42L, () -> repository.rename(42L, "Grace")); // source first, then every process
    authors.expire(42L); // stale: served while one caller loads it anew
    authors.clear(); // all values, in every process, by one step
    System.out.println(authors.explain(42L)); // where it is, how old, who loads it

    this.authors = authors;
    this.page = page;
  }
}
