package io.github.corral.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tests that the page on guarantees names are there. */
class GuaranteesPageTest {

  private static final Path ROOT = Path.of("..");

  /** A test class, or one of its methods. */
  private static final Pattern NAMED =
      Pattern.compile("\\b([A-Z]\\w*[a-z](?:Test|IT|Rules|Contract))\\b(?:\\.(\\w+))?");

  private static final String ANNOTATIONS =
      "@(?:Test|ParameterizedTest)(?:\\([^)]*\\))?\\s+(?:@\\w+(?:\\([^)]*\\))?\\s+)*";

  @Test
  void page_everyTestThatItNames_isThere() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/guarantees.md"));

    assertThat(unknown(page)).isEmpty();
    assertThat(NAMED.matcher(page).results()).hasSizeGreaterThan(80);
  }

  @Test
  void unknown_noSuchClassOrTestMethod_isFound() throws IOException {
    String own = "GuaranteesPageTest.page_everyTestThatItNames_isThere";
    String helper = "GuaranteesPageTest.unknown";
    String missing = "GuaranteesPageTest.page_other_isThere";

    assertThat(unknown(own + " NoSuchTest " + helper + ", " + missing + ", GuaranteesPageTest"))
        .containsExactly("NoSuchTest", helper, missing);
  }

  private static List<String> unknown(String page) throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      List<Path> sources =
          modules.map(it -> it.resolve("src/test/java")).filter(Files::isDirectory).toList();
      return NAMED
          .matcher(page)
          .results()
          .filter(named -> !isThere(sources, named.group(1), named.group(2)))
          .map(MatchResult::group)
          .toList();
    }
  }

  private static boolean isThere(List<Path> sources, String type, @Nullable String method) {
    Pattern declared = Pattern.compile(ANNOTATIONS + "(?:public )?void " + method + "\\(");
    return sources.stream()
        .flatMap(source -> files(source, type + ".java"))
        .anyMatch(file -> method == null || declared.matcher(text(file)).find());
  }

  private static Stream<Path> files(Path source, String name) {
    try (Stream<Path> all = Files.walk(source)) {
      return all.filter(it -> it.endsWith(name)).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
