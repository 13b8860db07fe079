package io.github.corral.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.docs.PolicySnippets.Author;
import io.github.corral.docs.PolicySnippets.Events;
import io.github.corral.docs.PolicySnippets.Post;
import io.github.corral.docs.PolicySnippets.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of the page on policies compiles, as it stands there, and does what is said of it. */
class PoliciesPageTest {

  private static final Path SOURCE =
      Path.of("src/test/java/io/github/corral/docs/PolicySnippets.java");

  private final Corral corral = Corral.builder().build();
  private final Repository repository = new Repository();

  @AfterEach
  void close() {
    corral.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aside",
        "tags",
        "tags-event",
        "update",
        "writer-class",
        "writer",
        "background",
        "event"
      })
  void snippet_onThePage_isCompiledSource(String snippet) throws IOException {
    Matcher block =
        Pattern.compile("<!-- snippet: " + snippet + " -->\n```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "docs", "policies.md")));

    assertThat(block.find()).isTrue();
    assertThat(withoutSpace(Files.readString(SOURCE))).contains(withoutSpace(block.group(1)));
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void aside_readAfterTheInvalidation_loadsOnce() {
    ReadThroughCache<Long, Author> authors = PolicySnippets.aside(corral, repository);

    assertThat(authors.get(42L).name()).isEqualTo("Grace");
    assertThat(authors.get(42L).name()).isEqualTo("Grace");
    assertThat(repository.reads).hasValue(1);
  }

  @Test
  void tags_authorIsRenamed_itsPostsAreLoadedAnew() {
    ReadThroughCache<Long, Post> posts = PolicySnippets.tags(corral, repository);
    assertThat(posts.get(1L).author()).isEqualTo("Ada");

    PolicySnippets.renameTagged(corral, repository);

    assertThat(posts.get(1L).author()).isEqualTo("Grace");
    assertThat(repository.reads).hasValue(2);
  }

  @Test
  void update_read_isAHit() {
    ReadThroughCache<Long, Author> authors =
        corral.cache("authors", Long.class, Author.class).build(repository::find);

    Author written = PolicySnippets.update(authors, repository);

    assertThat(written.name()).isEqualTo("Grace");
    assertThat(authors.get(42L)).isEqualTo(written);
    assertThat(repository.reads).hasValue(0);
  }

  @Test
  void writer_putAndRemove_reachTheSourceAndAreRead() {
    repository.save(new Author(43, "Alan"));

    ReadThroughCache<Long, Author> authors = PolicySnippets.writer(corral, repository);

    assertThat(authors.get(42L).name()).isEqualTo("Grace");
    assertThat(authors.get(43L)).isNull();
    assertThat(repository.reads).hasValue(0);
    assertThat(repository.find(42).name()).isEqualTo("Grace");
    assertThat(repository.find(43)).isNull();
  }

  @Test
  void event_changed_isAcknowledgedWhenTheNewValueIsThere() throws Exception {
    ReadThroughCache<String, List<String>> pages = PolicySnippets.background(corral, repository);
    List<String> before = pages.get("de");
    CountDownLatch acknowledged = new CountDownLatch(1);

    new Events(pages).changed("de", acknowledged::countDown);

    assertThat(acknowledged.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pages.get("de")).isNotEqualTo(before);
  }
}
