package io.github.corral.demo.stats;

import io.github.corral.demo.DemoProperties;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Reads and resets this process's book-keeping. */
@RestController
class StatsController {

  private final String mode;
  private final long servableForMicros;
  private final RequestCounts counts;
  private final HotKey hotKey;

  StatsController(DemoProperties properties, RequestCounts counts, HotKey hotKey) {
    this.mode = properties.mode().toString();
    this.servableForMicros = micros(properties.freshFor().plus(properties.staleFor()));
    this.counts = counts;
    this.hotKey = hotKey;
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  @GetMapping("/stats")
  StatsReport report() {
    HotKeyEvents events = hotKey.events();
    long failedLoads = hotKey.failedLoads();
    return new StatsReport(
        ProcessHandle.current().pid(),
        mode,
        counts.requests(),
        counts.errors(),
        hotKey.requests(),
        events.loads().size() + failedLoads,
        failedLoads,
        WaitedWhileServable.count(List.of(events), servableForMicros),
        servableForMicros,
        events);
  }

  @PostMapping("/stats/reset")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void reset() {
    counts.reset();
    hotKey.reset();
  }
}
