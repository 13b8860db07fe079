package io.github.corral.redis.histories;

import java.util.Locale;

/** A cache of every fleet: how many keys it has, and how long its values live. */
enum Kind {
  /** Values stay until they are changed: what is wrongly kept is found out. */
  STEADY(12, 600_000, 600_000),

  /** Values are never changed, but soon due: loads can be counted. */
  PULSE(8, 1_000, 1_000),

  /** The loader reads a replica that lags, and there is a hold-off. */
  LAGGING(6, 600_000, 600_000);

  static final double JITTER = 0.1;
  static final long LEASE_MILLIS = 1_000;
  static final long LOAD_TIMEOUT_MILLIS = 4_000;
  static final long REDIS_TIMEOUT_MILLIS = 1_000;
  static final long BACKOFF_MILLIS = 200;
  static final long LONGEST_BACKOFF_MILLIS = 400;
  static final long LAG_MILLIS = 250;
  static final long HOLD_OFF_MILLIS = 300;

  /** Keys of STEADY from this one on are changed only by faults, as by a writer that is to die. */
  static final int DOOMED = 9;

  static final int TAGS = 4;

  final int keys;
  final long freshMillis;
  final long staleMillis;

  Kind(int keys, long freshMillis, long staleMillis) {
    this.keys = keys;
    this.freshMillis = freshMillis;
    this.staleMillis = staleMillis;
  }

  static Kind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The cache's name. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  long holdOffMillis() {
    return this == LAGGING ? HOLD_OFF_MILLIS : 0;
  }

  /** From the begin of a value's load to its latest hard deadline. */
  long lifeMillis() {
    return Math.round(freshMillis * (1 + JITTER)) + staleMillis;
  }

  /** The number of a key among those of all caches. */
  int index(int key) {
    int before = 0;
    for (Kind kind : values()) {
      if (kind == this) {
        return before + key;
      }
      before += kind.keys;
    }
    throw new AssertionError(this);
  }

  /** How many keys all caches have. */
  static int allKeys() {
    return LAGGING.index(LAGGING.keys);
  }

  /** The tag that values of a key of STEADY are loaded under, or -1. */
  static int tag(int key) {
    return key < DOOMED ? key % TAGS : -1;
  }
}
