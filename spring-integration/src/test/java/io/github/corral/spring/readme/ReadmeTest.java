package io.github.corral.spring.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.Corral;
import io.github.corral.spring.CorralAutoConfiguration;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Configuration;
import redis.embedded.RedisServer;

/** The README's code compiles, as it stands there, and does what is said of it. */
class ReadmeTest {

  private static final Path SOURCES =
      Path.of("src", "test", "java", "io", "github", "corral", "spring", "readme");

  @ParameterizedTest
  @CsvSource({"annotation,AnnotationSnippet", "fluent,FluentSnippet", "more,MoreSnippet"})
  void snippet_inReadme_isCompiledSource(String snippet, String source) throws IOException {
    Matcher block =
        Pattern.compile("<!-- snippet: " + snippet + " -->\n```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "README.md")));

    assertThat(block.find()).isTrue();
    assertThat(withoutSpace(Files.readString(SOURCES.resolve(source + ".java"))))
        .contains(withoutSpace(block.group(1)));
  }

  @Test
  void annotation_calledTwiceAndEvicted_loadsTwice() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(CorralAutoConfiguration.class))
        .withUserConfiguration(Caching.class)
        .withPropertyValues("corral.remote=none")
        .withBean(AuthorRepository.class)
        .withBean(AnnotationSnippet.class)
        .run(
            context -> {
              AnnotationSnippet service = context.getBean(AnnotationSnippet.class);
              AuthorRepository repository = context.getBean(AuthorRepository.class);

              assertThat(service.author(42).name()).isEqualTo("Ada");
              assertThat(service.author(42).name()).isEqualTo("Ada");
              assertThat(repository.reads).hasValue(1);

              service.rename(42, "Grace");

              assertThat(service.author(42).name()).isEqualTo("Grace");
              assertThat(repository.reads).hasValue(2);
            });
  }

  @Test
  void fluent_getAndInvalidate_loadsTwice() throws IOException {
    int port = freePort();
    RedisServer redis = RedisServer.builder().port(port).bind("127.0.0.1").build();
    redis.start();
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    try {
      AuthorRepository repository = new AuthorRepository();

      assertThat(FluentSnippet.run(client, repository))
          .containsExactly(new Author(42, "Ada"), new Author(42, "Ada"));
      assertThat(repository.reads).hasValue(2);
    } finally {
      client.shutdown();
      redis.stop();
    }
  }

  @Test
  void more_eachOperation_doesWhatIsSaidOfIt() {
    AuthorRepository repository = new AuthorRepository();
    try (Corral corral = Corral.builder().build()) {
      MoreSnippet more = new MoreSnippet(corral, repository);

      assertThat(more.page).containsOnlyKeys(1L, 2L, 3L);
      assertThat(repository.reads).as("one bulk load, and no load after the write").hasValue(1);

      assertThat(more.authors.get(42L)).isEqualTo(new Author(42, "Grace"));
      assertThat(repository.reads).as("loaded anew, because all was cleared").hasValue(2);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Configuration
  @EnableCaching
  static class Caching {}
}
