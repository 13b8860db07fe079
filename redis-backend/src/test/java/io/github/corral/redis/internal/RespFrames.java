package io.github.corral.redis.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts what a Redis server sends over one connection into its replies and messages. */
final class RespFrames {

  private static final String MESSAGE = "\r\n$7\r\nmessage\r\n";

  private byte[] rest = {};

  /** Gives the frames that are whole by now. */
  List<byte[]> next(byte[] bytes, int length) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(rest);
    all.write(bytes, 0, length);
    byte[] data = all.toByteArray();
    List<byte[]> frames = new ArrayList<>();
    int from = 0;
    for (int end = end(data, 0); end > from; end = end(data, from)) {
      frames.add(Arrays.copyOfRange(data, from, end));
      from = end;
    }
    rest = Arrays.copyOfRange(data, from, data.length);
    return frames;
  }

  /** Whether a frame is what somebody has published. */
  static boolean isMessage(byte[] frame) {
    String head = new String(frame, 0, Math.min(frame.length, 32), StandardCharsets.ISO_8859_1);
    return head.startsWith(">3" + MESSAGE) || head.startsWith("*3" + MESSAGE);
  }

  /** The end of the frame that begins somewhere, or -1 if it is not whole. */
  private static int end(byte[] data, int from) {
    int line = lineEnd(data, from);
    if (line < 0) {
      return -1;
    }
    return switch (data[from]) {
      case '$', '!', '=' -> bulkEnd(data, line, number(data, from + 1));
      case '*', '>', '~' -> elementsEnd(data, line, number(data, from + 1));
      case '%', '|' -> elementsEnd(data, line, 2 * number(data, from + 1));
      default -> line;
    };
  }

  private static int bulkEnd(byte[] data, int line, int length) {
    int end = length < 0 ? line : line + length + 2;
    return end <= data.length ? end : -1;
  }

  private static int elementsEnd(byte[] data, int line, int count) {
    int at = line;
    for (int i = 0; i < count && at >= 0; i++) {
      at = at < data.length ? end(data, at) : -1;
    }
    return at;
  }

  private static int lineEnd(byte[] data, int from) {
    for (int i = from; i + 1 < data.length; i++) {
      if (data[i] == '\r' && data[i + 1] == '\n') {
        return i + 2;
      }
    }
    return -1;
  }

  private static int number(byte[] data, int from) {
    int line = lineEnd(data, from);
    return Integer.parseInt(new String(data, from, line - 2 - from, StandardCharsets.US_ASCII));
  }
}
