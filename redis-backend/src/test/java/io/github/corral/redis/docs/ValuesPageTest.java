package io.github.corral.redis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedisTierBuilder;
import io.github.corral.redis.docs.ValueSnippets.PageKey;
import io.github.corral.redis.docs.ValueSnippets.Post;
import io.github.corral.redis.docs.ValueSnippets.Site;
import io.github.corral.redis.internal.RealRedis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The code of the page on values and keys compiles, as it stands there, and works on Redis. */
class ValuesPageTest {

  private static final Path SOURCE =
      Path.of("src/test/java/io/github/corral/redis/docs/ValueSnippets.java");
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- snippet: [a-z-]+ -->\n```java\n(.*?)```", Pattern.DOTALL);

  private static final List<Post> PAGE =
      IntStream.range(0, 100).mapToObj(id -> new Post(id, "a title")).toList();

  @Test
  void snippets_onThePage_areCompiledSource() throws IOException {
    String source = withoutSpace(Files.readString(SOURCE));
    List<String> snippets =
        SNIPPET
            .matcher(Files.readString(Path.of("..", "docs", "values-and-keys.md")))
            .results()
            .map((MatchResult block) -> withoutSpace(block.group(1)))
            .toList();

    assertThat(snippets).hasSize(4).allSatisfy(snippet -> assertThat(source).contains(snippet));
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void pages_compressedByOneProcess_areReadByOneThatDoesNotCompress() {
    PageKey key = new PageKey("d,e", 1);
    try (RealRedis redis = RealRedis.start();
        Corral one = process(LettuceTier.builder(redis.client()).compressAbove(1_024));
        Corral other = process(LettuceTier.builder(redis.client()))) {
      ReadThroughCache<PageKey, List<Post>> pages =
          ValueSnippets.pages(one, (language, number) -> PAGE);
      assertThat(pages.get(key)).isEqualTo(PAGE);

      assertThat(ValueSnippets.pages(other, (language, number) -> List.of()).get(key))
          .isEqualTo(PAGE);
      assertThat(pages.explain(key).remote().stored().bytes()).isLessThan(1_024);
    }
  }

  /** With room for a slow machine: a lease that runs out, or a call that does, is another load. */
  private static Corral process(RedisTierBuilder tier) {
    return Corral.builder()
        .remote(tier.timeout(Duration.ofSeconds(10)).build())
        .lease(Duration.ofMinutes(1))
        .build();
  }

  @Test
  void sites_withAKeyCodec_areRead() {
    try (Corral corral = Corral.builder().build()) {
      ReadThroughCache<URI, Site> sites =
          ValueSnippets.sites(corral).build(uri -> new Site(uri.getHost()));

      assertThat(sites.get(URI.create("http://a/b"))).isEqualTo(new Site("a"));
    }
  }
}
