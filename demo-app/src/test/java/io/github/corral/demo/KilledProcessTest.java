package io.github.corral.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.demo.SharedServers.Servers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.web.client.RestClient;

@ExtendWith(SharedServers.class)
class KilledProcessTest {

  private static final Pattern READY =
      Pattern.compile("demo ready: mode=redis port=(\\d+) pid=(\\d+)");

  @Test
  void oneProcessKilled_whileTwoShareTheServers_leavesTheOtherServing(Servers servers)
      throws Exception {
    String jdbcUrl = servers.newDatabase();
    Process process = startElsewhere(servers, jdbcUrl);
    try (RunningDemo demo = RunningDemo.start("redis", servers, jdbcUrl)) {
      Matcher ready = awaitReady(process);
      assertThat(Long.parseLong(ready.group(2))).isEqualTo(process.pid());
      RestClient http = RestClient.create("http://127.0.0.1:" + ready.group(1));
      assertThat(http.get().uri("/authors/1").retrieve().body(String.class)).contains("\"id\":1");

      assertThat(process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();

      long posted = demo.post(1, "still here").id();
      assertThat(demo.frontPage().entries().get(0).postId()).isEqualTo(posted);
      assertThat(demo.stats().errors()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process startElsewhere(Servers servers, String jdbcUrl) throws IOException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    return new ProcessBuilder(
            java,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DemoApplication.class.getName(),
            "--spring.profiles.active=redis",
            "--server.port=0",
            "--spring.datasource.url=" + jdbcUrl,
            "--spring.data.redis.url=redis://127.0.0.1:" + servers.redisPort())
        .redirectErrorStream(true)
        .start();
  }

  private static Matcher awaitReady(Process process) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder seen = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher matcher = READY.matcher(line);
      if (matcher.find()) {
        return matcher;
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("the process ended without its ready line:\n" + seen);
  }
}
