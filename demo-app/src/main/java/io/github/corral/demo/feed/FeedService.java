package io.github.corral.demo.feed;

import io.github.corral.demo.author.UnknownAuthorException;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;

/** The feed, cached by annotations that are the same in every mode. Thread-safe. */
@Service
public class FeedService {

  private final FeedRepository posts;

  FeedService(FeedRepository posts) {
    this.posts = posts;
  }

  /** The 50 newest posts: the hot key. */
  @Cacheable(cacheNames = "feed", key = "'front'")
  public FeedPage frontPage() {
    return posts.frontPage();
  }

  /** The 50 newest posts among those with a lower id. */
  @Cacheable(cacheNames = "feed", key = "#postId")
  public FeedPage pageBefore(long postId) {
    return posts.pageBefore(postId);
  }

  /**
   * Stores a post and invalidates the front page; the pages behind it are the same as before.
   *
   * @throws UnknownAuthorException if there is no such author; nothing is stored or invalidated
   *     then
   */
  @CacheEvict(cacheNames = "feed", key = "'front'")
  public Post create(long authorId, String text) {
    return posts.insert(authorId, text).orElseThrow(() -> new UnknownAuthorException(authorId));
  }
}
