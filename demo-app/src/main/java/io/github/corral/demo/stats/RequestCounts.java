package io.github.corral.demo.stats;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Counts the requests of the social network itself, and those that the server failed to answer.
 * Thread-safe.
 */
@Component
final class RequestCounts implements HandlerInterceptor, WebMvcConfigurer {

  private final LongAdder requests = new LongAdder();
  private final LongAdder errors = new LongAdder();

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this).addPathPatterns("/feed", "/posts", "/authors/**");
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception failure) {
    requests.increment();
    if (failure != null || response.getStatus() >= 500) {
      errors.increment();
    }
  }

  long requests() {
    return requests.sum();
  }

  long errors() {
    return errors.sum();
  }

  void reset() {
    requests.reset();
    errors.reset();
  }
}
