package io.github.corral.spring.readme;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A source of truth that counts its reads. */
class AuthorRepository {

  final AtomicInteger reads = new AtomicInteger();
  private final Map<Long, Author> authors = new ConcurrentHashMap<>();

  Author find(long id) {
    reads.incrementAndGet();
    return authors.computeIfAbsent(id, key -> new Author(key, "Ada"));
  }

  void rename(long id, String name) {
    authors.put(id, new Author(id, name));
  }
}
