package io.github.corral.demo.data;

/**
 * How many rows of each kind the generator makes.
 *
 * @param authors at least 1
 * @param posts at least 1
 * @param orders at least 1
 */
public record DataSize(int authors, int posts, int orders) {

  /** What the application generates on its first start. */
  public static final DataSize FULL = new DataSize(10_000, 200_000, 150_000);

  /** Checks each value. */
  public DataSize {
    requirePositive("authors", authors);
    requirePositive("posts", posts);
    requirePositive("orders", orders);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + ", must be at least 1");
    }
  }

  int rows() {
    return authors + posts + orders;
  }
}
