package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ValueTypesTest {

  interface Base<T> {
    T one();

    List<T> all();

    Optional<? extends T> some();
  }

  interface Books extends Base<Book> {
    long count();

    void nothing();

    Book[] array();

    Map<String, List<Book>> map();

    Optional<Book> optional();

    CompletableFuture<Book> future();

    CompletionStage<Optional<List<Book>>> stage();

    Mono<Book> mono();

    Mono<Optional<Book>> monoOptional();

    Flux<Book> flux();

    Mono<Void> done();
  }

  private static Method method(String name) {
    return Arrays.stream(Books.class.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          one          | io.github.corral.spring.Book
          all          | java.util.List<io.github.corral.spring.Book>
          some         | io.github.corral.spring.Book
          count        | java.lang.Long
          array        | io.github.corral.spring.Book[]
          map          | java.util.Map<java.lang.String, java.util.List<io.github.corral.spring.Book>>
          optional     | io.github.corral.spring.Book
          future       | io.github.corral.spring.Book
          stage        | java.util.List<io.github.corral.spring.Book>
          mono         | io.github.corral.spring.Book
          monoOptional | io.github.corral.spring.Book
          flux         | java.util.List<io.github.corral.spring.Book>
          """)
  void of_method_isWhatSpringStores(String method, String type) {
    assertThat(ValueTypes.of(method(method), Books.class))
        .extracting(Type::getTypeName)
        .isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "done"})
  void of_methodWithoutValue_isNull(String method) {
    assertThat(ValueTypes.of(method(method), Books.class)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "stage, true",
    "monoOptional, true",
    "optional, false",
    "future, false",
    "flux, false",
    "count, false"
  })
  void optionalLater_method_tellsWhetherSpringLeavesTheOptional(String method, boolean expected) {
    assertThat(ValueTypes.optionalLater(method(method), Books.class)).isEqualTo(expected);
  }

  @Test
  void parse_textOfAMethodsType_isTheSameType() {
    ClassLoader loader = getClass().getClassLoader();
    for (String name : List.of("one", "all", "count", "array", "map")) {
      var type = ValueTypes.of(method(name), Books.class);
      assertThat(type).isNotNull();
      assertThat(ValueTypes.parse(type.getTypeName(), loader)).isEqualTo(type);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          com.acme.Missing                     | there is no class 'com.acme.Missing'
          java.util.List<java.lang.String      | there is no '>'
          java.util.List<java.lang.String>>    | something after its end
          java.util.Map<java.lang.String>      | there is no ','
          java.lang.String<java.lang.String>   | there is no '>'
          """)
  void parse_wrongText_saysWhatIsWrong(String text, String problem) {
    assertThatThrownBy(() -> ValueTypes.parse(text, getClass().getClassLoader()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }
}
