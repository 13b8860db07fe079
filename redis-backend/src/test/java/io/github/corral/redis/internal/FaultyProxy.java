package io.github.corral.redis.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between a client and a server on 127.0.0.1 and does to their connections what networks do.
 */
final class FaultyProxy implements Closeable {

  private final ServerSocket door;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();
  private final AtomicBoolean losesNextReply = new AtomicBoolean();

  FaultyProxy(int target) {
    this.target = target;
    try {
      door = new ServerSocket(0, 50, InetAddress.getByName(RealRedis.HOST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** The next bytes that the server sends are lost, and their connection is cut. */
  void loseNextReply() {
    losesNextReply.set(true);
  }

  /**
   * What the server sends from now on over the connections that there are is lost, while they stay
   * open.
   */
  void silence() {
    pairs.forEach(pair -> pair.silent = true);
  }

  /** Like {@link #silence()}, for those over which the client has subscribed to something. */
  void silenceSubscriptions() {
    pairs.stream().filter(pair -> pair.subscribed).forEach(pair -> pair.silent = true);
  }

  /** Cuts the connections that there are. */
  void cut() {
    pairs.forEach(Pair::close);
  }

  private void accept() {
    try {
      while (!door.isClosed()) {
        Pair pair = new Pair(door.accept(), new Socket(RealRedis.HOST, target));
        pairs.add(pair);
        threads.execute(pair::toServer);
        threads.execute(pair::toClient);
      }
    } catch (IOException closed) {
      cut();
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
    threads.shutdownNow();
  }

  private final class Pair {

    private final Socket client;
    private final Socket server;
    private volatile boolean silent;
    private volatile boolean subscribed;

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void toServer() {
      try (InputStream in = client.getInputStream();
          OutputStream out = server.getOutputStream()) {
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
          subscribed |= text.toUpperCase(Locale.ROOT).contains("\r\nSUBSCRIBE\r\n");
          out.write(buffer, 0, n);
        }
      } catch (IOException cut) {
        // Both ends are closed below.
      }
      close();
    }

    void toClient() {
      try (InputStream in = server.getInputStream();
          OutputStream out = client.getOutputStream()) {
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (losesNextReply.compareAndSet(true, false)) {
            break;
          }
          if (!silent) {
            out.write(buffer, 0, n);
          }
        }
      } catch (IOException cut) {
        // Both ends are closed below.
      }
      close();
    }

    void close() {
      try {
        client.close();
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
