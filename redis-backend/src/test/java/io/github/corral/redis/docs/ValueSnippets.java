package io.github.corral.redis.docs;

import io.github.corral.CacheBuilder;
import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.TypeRef;
import io.github.corral.redis.CborCodec;
import io.github.corral.redis.LettuceTier;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.util.List;

/** The code of the page on values and keys. */
final class ValueSnippets {

  record Post(long id, String title) {}

  record Site(String name) {}

  interface Repository {
    List<Post> page(String language, int number);
  }

  record PageKey(String language, int number) {} // its text: de,1

  private ValueSnippets() {}

  static RemoteTier tier(RedisClient client) {
    RemoteTier tier =
        LettuceTier.builder(client)
            .codecs(CborCodec::of) // JSON by default
            .compressAbove(1_024) // bytes; nothing is compressed by default
            .build();
    return tier;
  }

  static ReadThroughCache<PageKey, List<Post>> pages(Corral corral, Repository repository) {
    ReadThroughCache<PageKey, List<Post>> pages =
        corral
            .cache("pages", PageKey.class, new TypeRef<List<Post>>() {})
            .codec(CborCodec.of(new TypeRef<List<Post>>() {}))
            .maximumPayload(4 << 20) // bytes; 1 MiB by default
            .schema(2)
            .build(key -> repository.page(key.language(), key.number()));
    return pages;
  }

  static CacheBuilder<URI, Site> sites(Corral corral) {
    return corral.cache("sites", URI.class, Site.class).keyCodec(URI::toString);
  }
}
