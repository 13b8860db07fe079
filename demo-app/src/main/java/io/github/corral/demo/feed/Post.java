package io.github.corral.demo.feed;

import java.time.Instant;

/** A post as it was stored. */
public record Post(long id, long authorId, String text, Instant postedAt) {}
