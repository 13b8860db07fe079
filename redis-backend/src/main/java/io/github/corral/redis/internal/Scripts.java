package io.github.corral.redis.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The scripts of the protocol, read from this package's resources. */
record Scripts(
    Script lookup,
    Script commit,
    Script fail,
    Script renew,
    Script release,
    Script invalidate,
    Script beginWrite,
    Script commitWrite,
    Script count,
    Script barriers,
    Script invalidateTags,
    Script inspect,
    Script beat) {

  /** The scripts as they are. */
  static Scripts load() {
    return load(UnaryOperator.identity());
  }

  /**
   * The scripts with their text edited, as a test does that breaks a rule or replaces the clock.
   */
  static Scripts load(UnaryOperator<String> edit) {
    return new Scripts(
        script(edit, "lookup", "entry", "codec", "rules"),
        script(edit, "commit", "entry", "codec", "rules"),
        script(edit, "fail", "entry", "codec", "rules"),
        script(edit, "renew", "entry", "codec", "rules"),
        script(edit, "release", "entry", "codec", "rules"),
        script(edit, "invalidate", "entry", "codec", "rules", "feed"),
        script(edit, "begin-write", "entry", "codec", "rules", "feed"),
        script(edit, "commit-write", "entry", "codec", "rules", "feed"),
        script(edit, "count", "entry", "codec", "rules", "feed"),
        script(edit, "barriers", "tags"),
        script(edit, "invalidate-tags", "tags"),
        script(edit, "inspect", "entry", "codec", "rules"),
        script(edit, "beat", "tags"));
  }

  private static Script script(UnaryOperator<String> edit, String name, String... prelude) {
    String parts = Arrays.stream(prelude).map(Scripts::read).collect(Collectors.joining());
    return new Script(name, edit.apply(parts + read(name)));
  }

  private static String read(String name) {
    try (InputStream in = Scripts.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("script " + name + ".lua is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("script " + name + ".lua cannot be read", e);
    }
  }
}
