package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.TypeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole library on a real server, several processes' worth of it. */
class CorralOnRedisTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RealServers redis = start();
  private final List<Corral> processes = new ArrayList<>();
  private final ExecutorService callers = Executors.newFixedThreadPool(16);
  private final ConcurrentHashMap<Long, List<String>> source = new ConcurrentHashMap<>();
  private final AtomicInteger loads = new AtomicInteger();

  RealServers start() {
    return RealRedis.start();
  }

  @AfterEach
  void closeAll() {
    callers.shutdownNow();
    processes.forEach(Corral::close);
    redis.close();
  }

  @Test
  void get_manyCallersOfManyProcesses_loadOnce() {
    source.put(1L, List.of("a"));
    List<ReadThroughCache<Long, List<String>>> caches = List.of(process(), process(), process());

    List<CompletableFuture<List<String>>> reads = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      ReadThroughCache<Long, List<String>> cache = caches.get(i % 3);
      reads.add(CompletableFuture.supplyAsync(() -> cache.get(1L), callers));
    }

    assertThat(reads)
        .allSatisfy(it -> assertThat(it.get(20, TimeUnit.SECONDS)).containsExactly("a"));
    assertThat(loads).hasValue(1);
  }

  @Test
  void invalidate_inOneProcess_reachesTheOther() {
    source.put(1L, List.of("old"));
    ReadThroughCache<Long, List<String>> one = process();
    ReadThroughCache<Long, List<String>> other = process();
    assertThat(one.get(1L)).containsExactly("old");
    assertThat(other.get(1L)).containsExactly("old");

    source.put(1L, List.of("new"));
    one.invalidate(1L);

    assertThat(one.get(1L)).containsExactly("new");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.get(1L)).containsExactly("new"));
    assertThat(loads).hasValue(2);
  }

  @Test
  void get_absentInTheSource_isRememberedByAll() {
    assertThat(process().get(7L)).isNull();
    assertThat(process().get(7L)).isNull();

    assertThat(loads).hasValue(1);
  }

  private ReadThroughCache<Long, List<String>> process() {
    Corral corral = Corral.builder().remote(redis.tier().timeout(PATIENCE).build()).build();
    processes.add(corral);
    return corral
        .cache("posts", Long.class, new TypeRef<List<String>>() {})
        .build(
            id -> {
              loads.incrementAndGet();
              return source.get(id);
            });
  }
}
