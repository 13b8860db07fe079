package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.redis.internal.RefusedException.Reason;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the errors of a server mean. */
class ClusterErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "MOVED 3999 127.0.0.1:6381, false, 3999, 127.0.0.1, 6381",
    "ASK 0 redis-3.example:1, true, 0, redis-3.example, 1",
    "MOVED 16383 :6381, false, 16383, '', 6381",
    "MOVED 1 ?:6381, false, 1, '', 6381",
    "ASK 1 2001:db8::1:6381, true, 1, 2001:db8::1, 6381"
  })
  void of_redirection_isRead(String error, boolean ask, int slot, String host, int port) {
    assertThat(Redirection.of(new RuntimeException(error)))
        .isEqualTo(new Redirection(ask, slot, host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MOVED", "MOVED x 127.0.0.1:1", "ERR MOVED 1 127.0.0.1:1"})
  void of_otherError_isNoRedirection(String error) {
    assertThat(Redirection.of(new RuntimeException(error))).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void of_refusal_isToldWithItsReason(Reason reason) {
    RuntimeException error = new RuntimeException(reason + " and more");

    assertThat(RefusedException.of(error))
        .hasMessage("redis: " + reason + " and more")
        .hasCause(error)
        .matches(it -> RefusedException.is(reason, new CompletionException(it)));
  }

  @Test
  void of_otherError_isNoRefusal() {
    assertThat(RefusedException.of(new RuntimeException("WRONGTYPE"))).isNull();
    assertThat(RefusedException.of(new RuntimeException())).isNull();
    assertThat(RefusedException.is(Reason.LOADING, null)).isFalse();
  }

  @Test
  void read_topology_hasSlotsOfThoseThatLive() {
    Topology topology =
        Topology.read(
            """
            a :7000@17000 myself,master - 0 0 1 connected 0-5 [7-<-b]
            b 127.0.0.1:7001@17001 master - 0 0 2 connected 6-9
            c 127.0.0.1:7002@17002 master,fail - 0 0 3 disconnected 10-12
            d 127.0.0.1:7003@17003 slave a 0 0 1 connected
            e :0@0 slave,noaddr - 0 0 1 disconnected
            """,
            "localhost:7000");

    assertThat(topology.primary(5)).isEqualTo("localhost:7000");
    assertThat(topology.primary(7)).isEqualTo("127.0.0.1:7001");
    assertThat(topology.primary(10)).isNull();
    assertThat(topology.primaries()).containsExactlyInAnyOrder("localhost:7000", "127.0.0.1:7001");
    assertThat(topology.servers())
        .containsExactlyInAnyOrder("localhost:7000", "127.0.0.1:7001", "127.0.0.1:7003");
  }
}
