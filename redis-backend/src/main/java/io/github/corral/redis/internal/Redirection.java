package io.github.corral.redis.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's answer to a command that it has not run, because the key's slot is elsewhere.
 *
 * @param ask whether only this one command is to be sent there, as the slot is still moving
 * @param slot the slot
 * @param host where it is; empty if on the host that answered
 * @param port its port
 */
record Redirection(boolean ask, int slot, String host, int port) {

  private static final Pattern FORM = Pattern.compile("(MOVED|ASK) (\\d+) (.*):(\\d+)");

  /** The redirection that an error is; null if it is another one. */
  static @Nullable Redirection of(Throwable error) {
    String message = error.getMessage();
    Matcher matcher = FORM.matcher(message == null ? "" : message);
    if (!matcher.matches()) {
      return null;
    }
    return new Redirection(
        matcher.group(1).equals("ASK"),
        Integer.parseInt(matcher.group(2)),
        matcher.group(3).equals("?") ? "" : matcher.group(3),
        Integer.parseInt(matcher.group(4)));
  }

  /** The host of an address. */
  static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  /** The port of an address. */
  static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
