package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Broken fleets, each found out; {@code target/mutants.tsv} tells by which seed or scenario. */
class MutantsTest {

  private static final Seeds SEEDS = new Seeds(1, 500);
  private static final String NEVER = "never\t";

  @Test
  void run_mutants_eachIsCaught() throws IOException {
    Map<String, String> caught =
        new TreeMap<>(
            Mutants.all().entrySet().parallelStream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey,
                        mutant -> found(SEEDS.firstFailureInTurn(mutant.getValue())))));
    for (Finding finding : Finding.values()) {
      finding.mutants.forEach(
          (name, parts) ->
              caught.putIfAbsent(
                  name + " (scripted)", found(finding.name(), finding.wrong(parts))));
    }
    Mutants.byHotKey()
        .forEach(
            (name, parts) ->
                caught.put(name + " (hot key)", found("a hot key", HotKey.wrong(parts))));
    StringBuilder table = new StringBuilder("mutant\tfirst failing seed\tviolation\n");
    caught.forEach((name, found) -> table.append(name).append('\t').append(found).append('\n'));
    Files.writeString(Path.of("target", "mutants.tsv"), table);

    assertThat(caught).doesNotContainValue(NEVER).hasSizeGreaterThan(30);
  }

  private static String found(@Nullable History failure) {
    return failure == null ? NEVER : failure.seed() + "\t" + failure.violation();
  }

  private static String found(String by, @Nullable String wrong) {
    return wrong == null ? NEVER : by + "\t" + wrong;
  }
}
