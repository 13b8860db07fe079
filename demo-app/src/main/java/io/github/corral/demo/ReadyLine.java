package io.github.corral.demo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.cache.CacheManager;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Checks at start that the mode is what it says, and says in one line when the application serves.
 */
@Component
class ReadyLine {

  private static final Logger LOG = LoggerFactory.getLogger(ReadyLine.class);

  private final CacheMode mode;

  ReadyLine(DemoProperties properties, CacheManager caches) {
    mode = properties.mode();
    mode.requireServedBy(caches);
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    Environment environment = event.getApplicationContext().getEnvironment();
    LOG.info(
        "demo ready: mode={} port={} pid={}",
        mode,
        environment.getProperty("local.server.port"),
        ProcessHandle.current().pid());
  }
}
