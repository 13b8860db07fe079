package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.corral.spi.Recorder;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedRecorderTest {

  private static final Map<Class<?>, Object> VALUES =
      Map.of(
          int.class,
          1,
          Duration.class,
          Duration.ZERO,
          Recorder.LoadEnd.class,
          new Recorder.LoadEnd("k", Recorder.Outcome.SUCCESS, Duration.ZERO, 0),
          Recorder.Contents.class,
          new Recorder.Contents() {
            @Override
            public long entries() {
              return 0;
            }

            @Override
            public long evictions() {
              return 0;
            }
          });

  static Stream<Method> events() {
    return Arrays.stream(Recorder.class.getMethods());
  }

  private static Object value(Class<?> type) {
    return type.isEnum() ? type.getEnumConstants()[0] : VALUES.get(type);
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyEvent_theRecorderThrows_isPassedOnAndNobodyNotices(Method event) {
    List<String> heard = new ArrayList<>();
    Recorder throwing =
        (Recorder)
            Proxy.newProxyInstance(
                Recorder.class.getClassLoader(),
                new Class<?>[] {Recorder.class},
                (proxy, method, arguments) -> {
                  heard.add(method.getName());
                  throw new NoClassDefFoundError("scripted");
                });
    Object[] arguments =
        Arrays.stream(event.getParameterTypes()).map(GuardedRecorderTest::value).toArray();

    assertThatCode(() -> event.invoke(new GuardedRecorder(throwing), arguments))
        .doesNotThrowAnyException();
    assertThat(heard).containsExactly(event.getName());
  }
}
