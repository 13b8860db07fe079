package io.github.corral.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.CacheBuilder;
import io.github.corral.Corral;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page on configuration has a row for each option, and no other. */
class ConfigurationPageTest {

  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)\\(", Pattern.MULTILINE);

  @ParameterizedTest
  @ValueSource(
      classes = {
        Corral.Builder.class,
        CacheBuilder.class,
        CacheExpiry.class,
        Refresh.class,
        Failure.class
      })
  void section_ofAType_hasARowForEachOptionAndNoOther(Class<?> type) throws IOException {
    Set<String> rows =
        ROW.matcher(section(type.getCanonicalName().substring(type.getPackageName().length() + 1)))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());

    assertThat(rows).isEqualTo(options(type)).isNotEmpty();
  }

  private static String section(String title) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "configuration.md"));
    return Arrays.stream(page.split("\n## "))
        .filter(it -> it.startsWith("`" + title + "`"))
        .findFirst()
        .orElse("");
  }

  /** What gives its own type sets an option. */
  private static Set<String> options(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == type)
        .map(Method::getName)
        .collect(Collectors.toSet());
  }
}
