package io.github.corral.spring;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Leaves an application alone that has switched caching off by {@code spring.cache.type: none}. */
final class CachingWanted extends SpringBootCondition {

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    String type = context.getEnvironment().getProperty("spring.cache.type");
    ConditionMessage.Builder message = ConditionMessage.forCondition("Corral");
    return "none".equalsIgnoreCase(type)
        ? ConditionOutcome.noMatch(message.because("spring.cache.type is none"))
        : ConditionOutcome.match(message.because("spring.cache.type is not none"));
  }
}
