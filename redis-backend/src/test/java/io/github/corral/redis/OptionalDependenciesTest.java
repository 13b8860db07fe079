package io.github.corral.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** CBOR and LZ4 may be left out. */
class OptionalDependenciesTest {

  /** Loads this project anew, and hides what is optional. */
  private static final class Without extends ClassLoader {

    Without() {
      super(OptionalDependenciesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("net.jpountz.") || name.startsWith("tools.jackson.dataformat.")) {
        throw new ClassNotFoundException(name);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null || !name.startsWith("io.github.corral.")) {
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** What is said where it is missing; runs in the loader that hides it. */
  public static final class Probe implements Supplier<List<String>> {

    @Override
    public List<String> get() {
      RedisClient client = RedisClient.create("redis://127.0.0.1:1");
      try (RemoteTier tier = LettuceTier.builder(client).connectWait(Duration.ZERO).build()) {
        return List.of(
            "compression " + tier.compression(),
            "json " + JsonCodec.of(Long.class).decode(new byte[] {'7'}),
            messageOf(() -> CborCodec.of(Long.class)),
            messageOf(() -> CborCodec.of(Long.class)),
            messageOf(() -> LettuceTier.builder(client).compressAbove(1_024)));
      } finally {
        client.shutdown();
      }
    }

    private static String messageOf(Runnable call) {
      try {
        call.run();
        return "nothing";
      } catch (IllegalStateException e) {
        return e.getMessage();
      }
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void tierAndCodecs_withoutThem_workAndNameWhatIsMissing() throws Exception {
    Class<?> probe = new Without().loadClass(Probe.class.getName());

    assertThat(((Supplier<List<String>>) probe.getDeclaredConstructor().newInstance()).get())
        .containsExactly(
            "compression null",
            "json 7",
            "CborCodec: add tools.jackson.dataformat:jackson-dataformat-cbor to the class path",
            "CborCodec: add tools.jackson.dataformat:jackson-dataformat-cbor to the class path",
            "compressAbove 1024: add at.yawk.lz4:lz4-java to the class path");
  }
}
