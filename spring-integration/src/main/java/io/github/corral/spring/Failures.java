package io.github.corral.spring;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Kinds of failures of annotated methods. */
final class Failures {

  private static final Set<String> PERSONAL =
      Set.of(
          "java.lang.SecurityException",
          "org.springframework.security.access.AccessDeniedException",
          "org.springframework.security.core.AuthenticationException");

  private Failures() {}

  /** Tells whether a failure is about who called, and so says nothing to other callers. */
  static boolean personal(Throwable error) {
    for (Class<?> type = error.getClass(); type != null; type = parent(type)) {
      if (PERSONAL.contains(type.getName())) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Class<?> parent(Class<?> type) {
    return type.getSuperclass();
  }
}
