package io.github.corral.demo.feed;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One post as the feed shows it.
 *
 * @param orders how many orders its author has placed
 * @param orderedCents their total, in cents
 * @param buyerRank the author's place among all authors by that total, 1 for the greatest; null for
 *     an author without orders, and on all pages but the front page
 */
public record FeedEntry(
    long postId,
    String text,
    Instant postedAt,
    long authorId,
    String authorName,
    long orders,
    long orderedCents,
    @Nullable Long buyerRank)
    implements Serializable {}
