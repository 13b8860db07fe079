package io.github.corral.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Makes a Redis forget everything. */
final class EmptyRedis {

  private static final int MILLIS_TO_ANSWER = 5_000;

  private EmptyRedis() {}

  /**
   * Returns when the Redis on this port of 127.0.0.1 is empty.
   *
   * @throws IllegalStateException if it answers anything but OK
   * @throws UncheckedIOException if it does not answer
   */
  static void onPort(int port) {
    try (Socket redis = new Socket(InetAddress.getLoopbackAddress(), port)) {
      redis.setSoTimeout(MILLIS_TO_ANSWER);
      redis.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer =
          new BufferedReader(
                  new InputStreamReader(redis.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      if (!"+OK".equals(answer)) {
        throw new IllegalStateException(
            "redis on port " + port + " answered '" + answer + "' to FLUSHALL");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("redis on port " + port + " does not answer", e);
    }
  }
}
