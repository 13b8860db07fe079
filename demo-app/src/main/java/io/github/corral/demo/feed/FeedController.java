package io.github.corral.demo.feed;

import io.github.corral.demo.stats.HotKey;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The feed over HTTP; what it learns of the hot key it learns outside the cache. */
@RestController
class FeedController {

  private static final int LONGEST_TEXT = 1_000;

  private final FeedService feed;
  private final HotKey hotKey;

  FeedController(FeedService feed, HotKey hotKey) {
    this.feed = feed;
    this.hotKey = hotKey;
  }

  @GetMapping("/feed")
  FeedPage page(@RequestParam @Nullable Long before) {
    return before == null ? hotKey.request(feed::frontPage) : feed.pageBefore(before);
  }

  @PostMapping("/posts")
  @ResponseStatus(HttpStatus.CREATED)
  Post create(@RequestBody NewPost post) {
    String text = post.checkedText();
    return hotKey.invalidation(() -> feed.create(post.authorId(), text));
  }

  /** The body of a request that posts. */
  record NewPost(long authorId, @Nullable String text) {

    String checkedText() {
      int length = text == null ? 0 : text.strip().length();
      if (text == null || length == 0 || length > LONGEST_TEXT) {
        throw new ResponseStatusException(
            HttpStatus.BAD_REQUEST,
            "text: %d characters, must be 1 to %d".formatted(length, LONGEST_TEXT));
      }
      return text.strip();
    }
  }
}
