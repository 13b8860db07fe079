package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VetoTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#result == null",
        "#result?.title == 'x'",
        "#result.list.size() > 3 and #result.list[0].ok",
        "#result instanceof T(java.lang.String)",
        "T(java.util.Objects).isNull(#result)",
        "!#result.isPresent()"
      })
  void looksAtResultAlone_nothingElse_true(String unless) {
    assertThat(Veto.looksAtResultAlone(unless)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#admin",
        "#result == null or #p0 > 3",
        "#root.args[0] == 1",
        "args[0] == 1",
        "methodName == 'x'",
        "@policy.hidden(#result)",
        "#result.equals(#id)",
        "#result.list[#id]",
        "getClass() == null",
        "#result.list.?[hidden].size() > 0",
        "this is no expression"
      })
  void looksAtResultAlone_somethingElse_false(String unless) {
    assertThat(Veto.looksAtResultAlone(unless)).isFalse();
  }
}
