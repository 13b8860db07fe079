package io.github.corral.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/** Tasks for a thread that waits and leaves, for Lincheck: each runs once. */
public class MailboxInterleavings {

  private final Mailbox mailbox;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger ran = new AtomicInteger();

  /** With the mailbox of production. */
  public MailboxInterleavings() {
    this(new Mailbox(Runnable::run));
  }

  MailboxInterleavings(Mailbox mailbox) {
    this.mailbox = mailbox;
  }

  /** Sends a task. */
  @Operation
  public void send() {
    sent.incrementAndGet();
    mailbox.execute(ran::incrementAndGet);
  }

  /** Waits, as its owner does, for what another task brings. */
  @Operation(nonParallelGroup = "owner")
  public void await() throws InterruptedException, TimeoutException {
    CompletableFuture<Boolean> brought = new CompletableFuture<>();
    sent.incrementAndGet();
    mailbox.execute(
        () -> {
          ran.incrementAndGet();
          brought.complete(true);
        });
    mailbox.await(brought, TimeUnit.MINUTES.toNanos(1));
  }

  /** The owner leaves, as it does in the end. */
  @Operation(nonParallelGroup = "owner")
  public void close() {
    mailbox.close();
  }

  /** Nothing is lost and nothing runs twice. */
  @Validate
  public void eachTaskHasRunOnce() {
    mailbox.close();
    if (sent.get() != ran.get()) {
      throw new AssertionError(sent + " tasks were sent, and " + ran + " ran");
    }
  }

  /** Its owner leaves, and what is sent then waits for ever. */
  public static final class NeverClosing extends MailboxInterleavings {
    /** Broken. */
    public NeverClosing() {
      super(
          new Mailbox(Runnable::run) {
            @Override
            void close() {}
          });
    }
  }
}
