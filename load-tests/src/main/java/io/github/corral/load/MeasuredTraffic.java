package io.github.corral.load;

import java.nio.file.Path;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the load generator saw, warm-up left out.
 *
 * @param start the first request's time, on the machine's wall clock
 * @param end the last answer's
 * @param requests all requests, answered or not
 * @param errors those that failed, or were answered with anything but success
 * @param hotReadsAnswered the front page's reads that succeeded
 * @param reads response times of the reads that succeeded
 * @param hotReads of these, the front page's
 */
record MeasuredTraffic(
    Instant start,
    Instant end,
    long requests,
    long errors,
    long hotReadsAnswered,
    Percentiles reads,
    Percentiles hotReads) {

  private static final JsonMapper JSON = new JsonMapper();

  void writeTo(Path file) {
    JSON.writeValue(file.toFile(), this);
  }

  static MeasuredTraffic readFrom(Path file) {
    return JSON.readValue(file.toFile(), MeasuredTraffic.class);
  }
}
