package io.github.corral.spring.readme;

import java.util.List;
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

  List<Author> findAllById(List<Long> ids) {
    reads.incrementAndGet();
    return ids.stream().map(id -> new Author(id, "Ada")).toList();
  }

  Author rename(long id, String name) {
    Author renamed = new Author(id, name);
    authors.put(id, renamed);
    return renamed;
  }
}
