package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.demo.author.AuthorProfile;
import io.github.corral.demo.feed.FeedEntry;
import io.github.corral.demo.feed.FeedPage;
import io.github.corral.demo.stats.LoadStamp;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.redis.serializer.JdkSerializationRedisSerializer;
import tools.jackson.databind.json.JsonMapper;

/** What the cached methods return must survive whatever a cache makes of it. */
class CachedValuesTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

  static Stream<Object> values() {
    FeedEntry ranked = new FeedEntry(3, "Text", TIME, 7, "Ada", 2, 300, 12L);
    FeedEntry unranked = new FeedEntry(2, "Text", TIME, 8, "Bob", 0, 0, null);
    return Stream.of(
        new FeedPage(List.of(ranked, unranked), new LoadStamp(1, 2, 3)),
        new FeedPage(List.of(), new LoadStamp(1, 2, 0)),
        new AuthorProfile(7, "Ada", TIME, 2, 300));
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_throughJson_isEqual(Object value) {
    JsonMapper json = JsonMapper.shared();

    assertThat(json.readValue(json.writeValueAsBytes(value), value.getClass())).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_throughJdkSerialization_isEqual(Object value) {
    JdkSerializationRedisSerializer jdk = new JdkSerializationRedisSerializer();

    assertThat(jdk.deserialize(jdk.serialize(value))).isEqualTo(value);
  }
}
