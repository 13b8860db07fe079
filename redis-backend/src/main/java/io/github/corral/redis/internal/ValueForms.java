package io.github.corral.redis.internal;

import io.github.corral.spi.Codec;
import io.github.corral.spi.Compression;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a tier's values become bytes.
 *
 * @param codecs makes the codec of a cache that has none of its own
 * @param compression of all payloads; null where none is compressed or decompressed
 */
public record ValueForms(Function<Type, Codec<?>> codecs, @Nullable Compression compression) {

  /**
   * LZ4 of payloads of more than some bytes. Asked here, because the class that names the optional
   * dependency cannot be linked without it.
   *
   * @return null if there is no LZ4 on the class path
   */
  public static @Nullable Compression lz4(int above) {
    try {
      return new Lz4Compression(above);
    } catch (LinkageError missing) {
      return null;
    }
  }
}
