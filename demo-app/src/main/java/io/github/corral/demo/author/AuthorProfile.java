package io.github.corral.demo.author;

import java.io.Serializable;
import java.time.Instant;

/**
 * An author with what he or she has ordered.
 *
 * @param orders how many orders
 * @param orderedCents their total, in cents
 */
public record AuthorProfile(long id, String name, Instant joinedAt, long orders, long orderedCents)
    implements Serializable {}
