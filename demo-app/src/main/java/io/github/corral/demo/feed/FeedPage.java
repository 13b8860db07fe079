package io.github.corral.demo.feed;

import io.github.corral.demo.stats.LoadStamp;
import io.github.corral.demo.stats.Stamped;
import java.io.Serializable;
import java.util.List;

/**
 * Up to 50 posts, newest first. The next page is {@code /feed?before=} the last one's id; an empty
 * page is the end.
 *
 * @param entries immutable
 */
public record FeedPage(List<FeedEntry> entries, LoadStamp load) implements Stamped, Serializable {

  /** Copies the list. */
  public FeedPage {
    entries = List.copyOf(entries);
  }
}
