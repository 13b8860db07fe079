package io.github.corral.spring.readme;

import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;

/** The README's service. */
class AnnotationSnippet {

  private final AuthorRepository repository;

  AnnotationSnippet(AuthorRepository repository) {
    this.repository = repository;
  }

  @Cacheable("authors")
  public Author author(long id) {
    return repository.find(id);
  }

  @CacheEvict(cacheNames = "authors", key = "#id")
  public void rename(long id, String name) {
    repository.rename(id, name);
  }
}
