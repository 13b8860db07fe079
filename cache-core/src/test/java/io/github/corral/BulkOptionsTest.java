package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.corral.spi.BulkLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The options and ends of the builder that concern bulk loads. */
class BulkOptionsTest {

  private record Author(long id, String name) {}

  private final Corral corral = Corral.builder().build();
  private final BulkLoader<Long, Author> loader = (keys, load) -> Map.of();

  @AfterEach
  void close() {
    corral.close();
  }

  private CacheBuilder<Long, Author> builder() {
    return corral.cache("authors", Long.class, Author.class);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage(message);
  }

  /** The forms that repositories have. */
  private static final class Repository {
    final List<Object> asked = new ArrayList<>();

    private List<Author> all(Iterable<Long> ids) {
      List<Author> found = new ArrayList<>();
      ids.forEach(id -> found.add(new Author(id, "a" + id)));
      asked.add(found.size());
      return found;
    }

    Iterable<Author> byIterable(Iterable<Long> ids) {
      return all(ids);
    }

    Collection<Author> byCollection(Collection<Long> ids) {
      return all(ids);
    }

    List<Author> byList(List<Long> ids) {
      return all(ids);
    }

    Set<Author> aSet(Collection<? extends Long> ids) {
      return new HashSet<>(all(new ArrayList<>(ids)));
    }
  }

  @Test
  void bulkLoader_methodsOfRepositories_eachCanBeNamed() {
    Repository repository = new Repository();
    List<ReadThroughCache<Long, Author>> caches =
        List.of(
            cache("a").bulkLoader(repository::byIterable, Author::id).build(id -> null),
            cache("b").bulkLoader(repository::byCollection, Author::id).build(id -> null),
            cache("c").bulkLoader(repository::byList, Author::id).build(id -> null),
            cache("d").buildBulk(repository::aSet, Author::id));

    assertThat(caches)
        .allSatisfy(
            cache ->
                assertThat(cache.getAll(List.of(2L, 1L)))
                    .containsExactly(
                        entry(2L, new Author(2, "a2")), entry(1L, new Author(1, "a1"))));
    assertThat(repository.asked).containsExactly(2, 2, 2, 2);
  }

  private CacheBuilder<Long, Author> cache(String name) {
    return corral.cache(name, Long.class, Author.class);
  }

  @Test
  void bulkLoader_valuesOfOtherKeysAndNoneAtAll_areIgnoredAndAbsent() {
    ReadThroughCache<Long, Author> cache =
        builder()
            .buildBulk(
                ids -> List.of(new Author(1, "a"), new Author(9, "x"), new Author(9, "y")),
                Author::id);

    assertThat(cache.getAll(List.of(1L, 2L))).containsExactly(entry(1L, new Author(1, "a")));
  }

  @Test
  void bulkLoader_twoValuesOfAKey_theLoadFails() {
    ReadThroughCache<Long, Author> cache =
        builder().buildBulk(ids -> List.of(new Author(1, "a"), new Author(1, "b")), Author::id);

    assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L)))
        .isInstanceOf(BulkLoadException.class)
        .hasRootCauseMessage("the bulk loader gave two values of key 1");
  }

  @Test
  void bulkLoader_aNullAmongTheValues_theLoadFails() {
    ReadThroughCache<Long, Author> cache =
        builder().buildBulk(ids -> Arrays.asList(new Author(1, "a"), null), Author::id);

    assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L)))
        .hasRootCauseMessage("the bulk loader gave a null value");
  }

  @Test
  void buildBulk_singleGet_loadsASetOfOne() {
    List<Set<Long>> asked = new ArrayList<>();
    ReadThroughCache<Long, Author> cache =
        builder()
            .buildBulk(
                (keys, load) -> {
                  asked.add(Set.copyOf(keys));
                  return Map.of(1L, new Author(1, "a"), 2L, new Author(2, "b"));
                });

    assertThat(cache.get(1L)).isEqualTo(new Author(1, "a"));
    assertThat(asked).containsExactly(Set.of(1L));
    assertThat(cache.get(3L)).isNull();
    assertThat(cache.getIfPresent(2L)).as("not asked for").isNull();
  }

  @Test
  void coalesceLoads_outOfRange_nameValueAndRange() {
    assertThatThrownBy(() -> builder().coalesceLoads(Duration.ofNanos(99_999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("coalesceLoads: PT0.000099999S is not between PT0.0001S and PT0.1S");
    assertThatThrownBy(() -> builder().coalesceLoads(Duration.ofMillis(101)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void options_setTwice_areRefused() {
    refused(
        () -> builder().bulkLoader(loader).bulkLoader(loader),
        "cache 'authors': bulkLoader is set twice");
    refused(
        () -> builder().bulkLoader(loader).buildBulk(loader),
        "cache 'authors': bulkLoader is set twice");
    refused(
        () -> builder().coalesceLoads(Duration.ofMillis(1)).coalesceLoads(Duration.ofMillis(1)),
        "cache 'authors': coalesceLoads is set twice");
  }

  @Test
  void build_anOptionThatTheEndCannotUse_isRefusedWithTheNextStep() {
    refused(
        () -> builder().bulkLoader(loader).build(),
        "cache 'authors': bulkLoader is set, but every call brings its own: end with build(loader)"
            + " or leave it out");
    refused(
        () -> builder().coalesceLoads(Duration.ofMillis(1)).build(),
        "cache 'authors': coalesceLoads is set, but no loader is known to gather for: end with"
            + " buildBulk(loader)");
    refused(
        () -> builder().coalesceLoads(Duration.ofMillis(1)).build(id -> null),
        "cache 'authors': coalesceLoads is set, but no bulk loader is: set bulkLoader(..) or end"
            + " with buildBulk(..)");
  }

  @Test
  void getAll_noLoader_isRefused() {
    ReadThroughCache<Long, Author> cache = (ReadThroughCache<Long, Author>) builder().build();

    refused(
        () -> cache.getAll(List.of(1L)),
        "cache 'authors' was built without a loader: bring one with each call");
    assertThat(cache.getAll(List.of(1L), loader)).isEmpty();
  }
}
