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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands between a client and a server on 127.0.0.1 and does to their connections what networks do.
 */
public final class FaultyProxy implements Closeable {

  private final ServerSocket door;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();
  private final AtomicBoolean losesNextReply = new AtomicBoolean();
  private volatile Predicate<String> heldFrom = text -> true;
  private final AtomicInteger swallows = new AtomicInteger();
  private final AtomicInteger doubles = new AtomicInteger();

  public FaultyProxy(int target) {
    this.target = target;
    try {
      door = new ServerSocket(0, 50, InetAddress.getByName(RealRedis.HOST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /** The next bytes that the server sends are lost, and their connection is cut. */
  public void loseNextReply() {
    losesNextReply.set(true);
  }

  /**
   * What the server sends from now on over the connections that there are is lost, while they stay
   * open.
   */
  public void silence() {
    pairs.forEach(pair -> pair.silent = true);
  }

  /** Like {@link #silence()}, for those over which the client has subscribed to something. */
  public void silenceSubscriptions() {
    pairs.stream().filter(pair -> pair.subscribed).forEach(pair -> pair.silent = true);
  }

  /** The next messages to subscribers are lost, while their connections stay open and in order. */
  public void swallowMessages(int count) {
    swallows.set(count);
  }

  /** The next messages to subscribers come twice. */
  public void doubleMessages(int count) {
    doubles.set(count);
  }

  /**
   * What clients send over the connections that there are is held, from certain bytes on, until
   * {@link #letRequestsPass}; then it reaches the server, even if they have closed them meanwhile.
   */
  public void holdRequestsFrom(Predicate<String> first) {
    heldFrom = first;
    pairs.forEach(pair -> pair.gate = new CountDownLatch(1));
  }

  public void letRequestsPass() {
    pairs.forEach(pair -> pair.gate.countDown());
  }

  /** Whether something was held. */
  public boolean holds() {
    return pairs.stream().anyMatch(pair -> pair.holds);
  }

  /** Cuts the connections that there are, but only between here and the clients. */
  public void cutClients() throws IOException {
    for (Pair pair : pairs) {
      pair.client.close();
    }
  }

  /** Cuts the connections that there are. */
  public void cut() {
    pairs.forEach(Pair::close);
  }

  private void accept() {
    try {
      while (!door.isClosed()) {
        connect(door.accept());
      }
    } catch (IOException closed) {
      cut();
    }
  }

  /** A client whose server is not there finds its connection closed. */
  private void connect(Socket client) throws IOException {
    try {
      Pair pair = new Pair(client, new Socket(RealRedis.HOST, target));
      pairs.removeIf(Pair::isOver);
      pairs.add(pair);
      threads.execute(pair::toServer);
      threads.execute(pair::toClient);
    } catch (IOException refused) {
      client.close();
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    letRequestsPass();
    cut();
    threads.shutdownNow();
  }

  private static boolean takeOne(AtomicInteger count) {
    return count.getAndUpdate(it -> Math.max(0, it - 1)) > 0;
  }

  private final class Pair {

    private final Socket client;
    private final Socket server;
    private final RespFrames frames = new RespFrames();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean holds;
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
          if (gate.getCount() > 0 && heldFrom.test(text)) {
            holds = true;
            gate.await();
          }
          out.write(buffer, 0, n);
        }
      } catch (IOException | InterruptedException cut) {
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
            forward(buffer, n, out);
          }
        }
      } catch (IOException cut) {
        // Both ends are closed below.
      }
      close();
    }

    /** What a subscriber is sent goes frame by frame. */
    private void forward(byte[] buffer, int n, OutputStream out) throws IOException {
      if (!subscribed) {
        out.write(buffer, 0, n);
        return;
      }
      for (byte[] frame : frames.next(buffer, n)) {
        boolean message = RespFrames.isMessage(frame);
        if (message && takeOne(swallows)) {
          continue;
        }
        out.write(frame);
        if (message && takeOne(doubles)) {
          out.write(frame);
        }
      }
    }

    boolean isOver() {
      return client.isClosed() && server.isClosed();
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
