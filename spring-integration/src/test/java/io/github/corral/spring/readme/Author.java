package io.github.corral.spring.readme;

/** What the README caches. */
record Author(long id, String name) {}
