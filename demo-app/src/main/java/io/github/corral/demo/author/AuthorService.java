package io.github.corral.demo.author;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;

/** Author profiles, cached by annotations that are the same in every mode. Thread-safe. */
@Service
public class AuthorService {

  private final AuthorRepository authors;

  AuthorService(AuthorRepository authors) {
    this.authors = authors;
  }

  /** The profile, or null if there is no such author; that is cached too. */
  @Cacheable(cacheNames = "authors")
  public @Nullable AuthorProfile profile(long id) {
    return authors.profile(id).orElse(null);
  }

  /**
   * Renames an author and invalidates the profile. The feed shows the old name until it is
   * refreshed.
   *
   * @throws UnknownAuthorException if there is no such author; nothing is invalidated then
   */
  @CacheEvict(cacheNames = "authors", key = "#id")
  public void rename(long id, String name) {
    if (!authors.rename(id, name)) {
      throw new UnknownAuthorException(id);
    }
  }
}
