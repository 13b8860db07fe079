package io.github.corral.redis.internal;

/**
 * The slot of a cluster that a key is in: the CRC16, as XMODEM uses it, of what is between the
 * first braces, as <a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis
 * specifies</a>.
 */
final class ClusterSlot {

  /** How many there are. */
  static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;

  private ClusterSlot() {}

  static int of(byte[] key) {
    int open = indexOf('{', key, 0);
    int close = open < 0 ? -1 : indexOf('}', key, open + 1);
    boolean tagged = close > open + 1;
    return crc16(key, tagged ? open + 1 : 0, tagged ? close : key.length) % COUNT;
  }

  private static int indexOf(char wanted, byte[] key, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int crc16(byte[] bytes, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc ^= (bytes[i] & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
    }
    return crc & 0xffff;
  }
}
