package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.redis.LettuceTier;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Verdict;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Raised;
import io.github.corral.testing.HeardFeed.Subscribed;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that speak TLS, to a user who may do no more than the page on Redis says. */
class SecuredTest {

  private static final String KEY = "posts::1";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** As docs/redis.md lists them. */
  private static final List<String> RULES =
      List.of(
          "~{corral:*",
          "~{corral}:t",
          "~{corral}:o",
          "&{corral}:feed",
          "+get",
          "+set",
          "+del",
          "+hget",
          "+hset",
          "+hdel",
          "+hlen",
          "+hscan",
          "+unlink",
          "+zadd",
          "+zcard",
          "+zpopmin",
          "+eval",
          "+evalsha",
          "+publish",
          "+subscribe",
          "+time",
          "+info");

  private static final List<String> CLUSTER_RULES = List.of("+asking", "+cluster|nodes");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final int tlsPort = RealRedis.freePort();
  @TempDir private Path folder;
  private SslOptions ssl;
  private Certificate certificate;

  @BeforeEach
  void makeCertificate() {
    certificate = Certificate.in(folder);
    ssl =
        SslOptions.builder().truststore(certificate.store().toFile(), Certificate.PASSWORD).build();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @Test
  void everyOperation_oneServer_works() {
    permit(open(RealRedis.start(settings())), RULES);
    RedisClient client = RedisClient.create(uri());
    client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
    open(() -> client.shutdown(Duration.ZERO, PATIENCE));

    assertWorks(open(LettuceTier.builder(client).timeout(PATIENCE).build()));
  }

  @Test
  void everyOperation_cluster_works() {
    permit(cluster(), Stream.concat(RULES.stream(), CLUSTER_RULES.stream()).toList());

    assertWorks(open(LettuceTier.builder(clusterClient()).timeout(PATIENCE).build()));
  }

  @Test
  void everyOperation_anotherNamespace_isRefused() {
    permit(cluster(), Stream.concat(RULES.stream(), CLUSTER_RULES.stream()).toList());
    RemoteTier tier =
        open(LettuceTier.builder(clusterClient()).namespace("other").timeout(PATIENCE).build());

    assertThatThrownBy(() -> get(tier.invalidate(KEY, Change.HARD, 0)))
        .hasMessageContaining("NOPERM");
  }

  private void assertWorks(RemoteTier tier) {
    HeardFeed feed = new HeardFeed();
    tier.subscribe(feed);
    feed.await(Subscribed.class::isInstance);
    get(tier.lookup(read(1)));
    get(tier.renew(KEY, 1, 3_000));
    assertThat(get(tier.commit(value(1))).verdict()).isEqualTo(Verdict.STORED);
    assertThat(get(tier.lookup(read(2)))).isInstanceOf(Hit.class);
    get(tier.inspect(KEY));
    get(tier.beginWrite(KEY, 3, 3_000, 0));
    assertThat(get(tier.commitWrite(value(3), 0)).verdict()).isEqualTo(Verdict.STORED);
    get(tier.invalidate(KEY, Change.HARD, 0));
    get(tier.barriers());
    get(tier.invalidateTags(List.of("a"), 0));
    tier.beat(new int[] {0});
    feed.await(Changed.class::isInstance);
    feed.await(Raised.class::isInstance);
    feed.await(Beat.class::isInstance);
  }

  private RealRedis cluster() {
    RealRedis server =
        open(
            RealRedis.start(
                Stream.concat(
                        Stream.of(settings()),
                        Stream.of(
                            "cluster-enabled yes",
                            "tls-cluster yes",
                            "cluster-port " + RealRedis.freePort()))
                    .toArray(String[]::new)));
    server.status("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    org.awaitility.Awaitility.await()
        .until(() -> server.commands().clusterInfo().contains("cluster_state:ok"));
    return server;
  }

  private String[] settings() {
    return new String[] {
      "tls-port " + tlsPort,
      "tls-cert-file " + certificate.chain(),
      "tls-key-file " + certificate.key(),
      "tls-ca-cert-file " + certificate.chain(),
      "tls-auth-clients no"
    };
  }

  private static void permit(RealRedis server, List<String> rules) {
    List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", "corral", "on", ">secret"));
    words.addAll(rules);
    server.status(words.toArray(String[]::new));
  }

  private RedisClusterClient clusterClient() {
    RedisClusterClient client = RedisClusterClient.create(uri());
    client.setOptions(ClusterClientOptions.builder().sslOptions(ssl).build());
    open(() -> client.shutdown(Duration.ZERO, PATIENCE));
    return client;
  }

  private RedisURI uri() {
    return RedisURI.builder()
        .withHost(RealRedis.HOST)
        .withPort(tlsPort)
        .withSsl(true)
        .withVerifyPeer(SslVerifyMode.FULL)
        .withAuthentication("corral", "secret")
        .withTimeout(PATIENCE)
        .build();
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }

  private static Lookup read(long token) {
    return new Lookup(KEY, Mode.READ, 0, token, 0, 3_000, 0);
  }

  private static Fill value(long token) {
    return new Fill(KEY, token, new byte[] {7}, 60_000, 60_000, 1, -1, false, 0);
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
