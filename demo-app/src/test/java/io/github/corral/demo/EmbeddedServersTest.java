package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.demo.servers.DemoPostgres;
import io.github.corral.demo.servers.DemoRedis;
import io.github.corral.demo.servers.ServersFootprint;
import org.junit.jupiter.api.Test;

class EmbeddedServersTest {

  @Test
  void application_withoutNamedServers_startsItsOwnGeneratesAndStopsThem() throws Exception {
    ServersFootprint footprint;
    try (RunningDemo demo = RunningDemo.start("redis")) {
      footprint =
          ServersFootprint.of(
              demo.context().getBean(DemoPostgres.class).jdbcUrl(),
              demo.context().getBean(DemoRedis.class).port());
      assertThat(footprint.remains()).hasSize(4);
      assertThat(demo.frontPage().entries().get(0).postId()).isEqualTo(200_000);
    }

    assertThat(footprint.remains()).isEmpty();
  }
}
