package io.github.corral.load;

import java.time.Duration;
import java.util.List;

/**
 * What one mode of the demo showed under load.
 *
 * @param mode the demo's profile
 * @param pids the fleet's process ids
 * @param measured how long it was measured
 * @param requests all requests in that time, answered or not
 * @param errors those that failed, or were answered with anything but success
 * @param hotReadsAnswered the front page's reads that succeeded
 * @param databaseQueries all statements, as the database counted them
 * @param queryTime how long these took, added up: two at once count twice
 * @param hotKey the front page's share of them
 * @param waitedWhileServable requests that waited for a load although a value was there
 * @param reads response times of all reads that succeeded
 * @param hotReads response times of the front page's reads that succeeded
 */
record ModeResult(
    String mode,
    List<Long> pids,
    Duration measured,
    long requests,
    long errors,
    long hotReadsAnswered,
    long databaseQueries,
    Duration queryTime,
    HotKey hotKey,
    long waitedWhileServable,
    Percentiles reads,
    Percentiles hotReads) {

  double requestsPerSecond() {
    return perSecond(requests);
  }

  double hotReadsPerSecond() {
    return perSecond(hotReadsAnswered);
  }

  double databaseQueriesPerSecond() {
    return perSecond(databaseQueries);
  }

  double databaseQueriesPerHundredRequests() {
    return requests == 0 ? 0 : databaseQueries * 100.0 / requests;
  }

  private double perSecond(long count) {
    return count * 1_000.0 / measured.toMillis();
  }
}
