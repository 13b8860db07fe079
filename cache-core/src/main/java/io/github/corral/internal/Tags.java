package io.github.corral.internal;

import java.util.Collection;
import java.util.List;

/** The application's tags as the remote tier knows them, apart from those of whole caches. */
public final class Tags {

  /** The most tags that one value may carry. */
  public static final int MOST = 64;

  private static final int LONGEST = 255;

  private Tags() {}

  /** Checks tags and gives the names under which they are kept, each once. */
  public static List<String> named(Collection<String> tags) {
    return tags.stream().map(Tags::named).distinct().toList();
  }

  /**
   * Checks the tags of one value, like {@link #named(Collection)}.
   *
   * @throws IllegalArgumentException if a tag is empty or too long, or there are too many
   */
  static List<String> ofValue(Collection<String> tags) {
    List<String> named = named(tags);
    if (named.size() > MOST) {
      throw tooMany();
    }
    return named;
  }

  static IllegalArgumentException tooMany() {
    return new IllegalArgumentException("tags: more than " + MOST + " for one value");
  }

  private static String named(String tag) {
    if (tag.isEmpty() || tag.length() > LONGEST) {
      throw new IllegalArgumentException(
          "tag '" + Printed.of(tag) + "' is empty or longer than " + LONGEST + " characters");
    }
    return "t:" + tag;
  }
}
