package io.github.corral.spring;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * What an annotation's {@code unless} looks at. If at nothing but the result, a result that it
 * vetoes may still be given to the callers who wait for it; if at an argument, a bean or the like,
 * the veto may be meant for this one caller.
 */
final class Veto {

  private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  private Veto() {}

  /** Tells whether an operation's veto looks at the result alone. */
  static boolean ofValue(CacheOperation operation) {
    return !(operation instanceof CacheableOperation cacheable)
        || KNOWN.computeIfAbsent(String.valueOf(cacheable.getUnless()), Veto::looksAtResultAlone);
  }

  static boolean looksAtResultAlone(String unless) {
    if (unless.isBlank()) {
      return true;
    }
    try {
      return new SpelExpressionParser().parseExpression(unless) instanceof SpelExpression spel
          && resultAlone(spel.getAST());
    } catch (ParseException e) {
      return false;
    }
  }

  private static boolean resultAlone(SpelNode node) {
    if (node instanceof VariableReference) {
      return node.toStringAST().equals("#result");
    }
    if (node instanceof BeanReference
        || node instanceof FunctionReference
        || node instanceof PropertyOrFieldReference
        || node instanceof MethodReference) {
      return false;
    }
    return childrenResultAlone(node, node instanceof CompoundExpression);
  }

  /**
   * In a chain such as #result.list.size(), what follows the first is a member of what precedes.
   */
  private static boolean childrenResultAlone(SpelNode node, boolean chain) {
    for (int i = 0; i < node.getChildCount(); i++) {
      SpelNode child = node.getChild(i);
      boolean member =
          chain
              && i > 0
              && (child instanceof PropertyOrFieldReference || child instanceof MethodReference);
      if (!(member ? childrenResultAlone(child, false) : resultAlone(child))) {
        return false;
      }
    }
    return true;
  }
}
