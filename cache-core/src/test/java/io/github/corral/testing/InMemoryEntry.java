package io.github.corral.testing;

import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an {@link InMemoryServer} knows of one key. Points in time are milliseconds of the
 * server's clock, 0 for none. Used under the server's lock only; open to subclasses of the server
 * that break a rule on purpose.
 */
public final class InMemoryEntry {

  /** The key's text. */
  public final String key;

  /** Whether there is a value, which may be the absent one. */
  public boolean hasValue;

  public byte @Nullable [] payload;
  public int schema;
  public long id;
  public long life;
  public long freshUntil;
  public long hardUntil;
  public long cost;
  public long version = Fill.NO_VERSION;
  public Stamp stamp = Stamp.NONE;
  public List<String> tags = List.of();

  public long leaseToken;
  public long leaseGranted;
  public long leaseUntil;

  /** The end of the hold-off that was open when the lease was granted. */
  public long leaseHold;

  /** The end of the write window that was open when the lease was granted. */
  public long leaseWindow;

  /** Whether anybody waits for the lease to end. */
  public boolean waiters;

  public long writeToken;
  public long writeUntil;
  public boolean contended;

  /** How long the hold-off after the window lasts, if no write closes it. */
  public long writeHold;

  public long holdUntil;

  /** The least version that a load within the hold-off may bring. */
  public long minVersion = Fill.NO_VERSION;

  public long errorUntil;
  public int errorCount;
  public String errorClass = "";

  /** When the entry is gone altogether; what ends before is only forgotten. */
  long goneAt;

  InMemoryEntry(String key) {
    this.key = key;
  }

  /** The entry as it stands, in remaining times. */
  Stored stored(long now) {
    byte[] copy = payload == null ? null : payload.clone();
    return new Stored(copy, id, freshUntil - now, hardUntil - now, life, cost, stamp, tags);
  }

  /** All that is known, in remaining times. */
  Inspection inspection(long now) {
    return new Inspection(
        hasValue ? stored(now) : null,
        schema,
        version,
        leaseToken == 0 ? 0 : remaining(leaseUntil, now),
        waiters,
        remaining(holdUntil, now),
        minVersion,
        remaining(writeUntil, now),
        contended,
        remaining(errorUntil, now),
        errorCount,
        errorClass);
  }

  private static long remaining(long until, long now) {
    return Math.max(0, until - now);
  }

  /** The last point in time at which any part is in force. */
  long lastDeadline() {
    long value = hasValue ? hardUntil : 0;
    long lease = leaseToken != 0 ? leaseUntil : 0;
    long write = Math.max(writeUntil + writeHold, holdUntil);
    return Math.max(Math.max(value, lease), Math.max(write, errorUntil));
  }

  /**
   * Forgets the parts whose time is over; a lease that is over may still be committed under, and
   * failures count on.
   */
  void forgetExpired(long now) {
    if (hardUntil <= now) {
      dropValue();
    }
    if (writeUntil <= now) {
      holdUntil = Math.max(holdUntil, writeUntil + writeHold);
      closeWindow();
    }
    if (holdUntil <= now) {
      holdUntil = 0;
      minVersion = Fill.NO_VERSION;
    }
  }

  void dropValue() {
    hasValue = false;
    payload = null;
    schema = 0;
    id = 0;
    life = 0;
    freshUntil = 0;
    hardUntil = 0;
    cost = 0;
    version = Fill.NO_VERSION;
    stamp = Stamp.NONE;
    tags = List.of();
  }

  void dropLease() {
    leaseToken = 0;
    leaseGranted = 0;
    leaseUntil = 0;
    leaseHold = 0;
    leaseWindow = 0;
  }

  void dropError() {
    errorUntil = 0;
    errorCount = 0;
    errorClass = "";
  }

  void closeWindow() {
    writeToken = 0;
    writeUntil = 0;
    writeHold = 0;
    contended = false;
  }
}
