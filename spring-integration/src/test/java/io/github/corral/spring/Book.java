package io.github.corral.spring;

/** A value to cache. */
record Book(long id, String title) {}
