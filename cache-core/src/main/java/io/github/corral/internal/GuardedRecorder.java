package io.github.corral.internal;

import io.github.corral.spi.Recorder;
import java.time.Duration;

/** Keeps what a recorder throws from those whose events it records. */
class GuardedRecorder implements Recorder {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final Recorder recorder;

  GuardedRecorder(Recorder recorder) {
    this.recorder = recorder;
  }

  /** Without the lambda of the others, which would be made anew for every hit. */
  @Override
  public void made(Contents inThisProcess) {
    guard(() -> recorder.made(inThisProcess));
  }

  @Override
  public void hit(Tier tier) {
    try {
      recorder.hit(tier);
    } catch (RuntimeException | Error e) {
      ignore(e);
    }
  }

  @Override
  public void miss(Tier tier) {
    guard(() -> recorder.miss(tier));
  }

  @Override
  public void staleServed(Stale why) {
    guard(() -> recorder.staleServed(why));
  }

  @Override
  public void joined() {
    guard(recorder::joined);
  }

  @Override
  public void refresh(RefreshKind kind) {
    guard(() -> recorder.refresh(kind));
  }

  @Override
  public void leaseWait(Duration waited) {
    guard(() -> recorder.leaseWait(waited));
  }

  @Override
  public void load(LoadEnd end) {
    guard(() -> recorder.load(end));
  }

  @Override
  public void detached() {
    guard(recorder::detached);
  }

  @Override
  public void partitionsDropped(FeedGap why, int partitions) {
    guard(() -> recorder.partitionsDropped(why, partitions));
  }

  @Override
  public void overtaken() {
    guard(recorder::overtaken);
  }

  @Override
  public void tooLarge() {
    guard(recorder::tooLarge);
  }

  @Override
  public void codecFailure() {
    guard(recorder::codecFailure);
  }

  @Override
  public void notKept() {
    guard(recorder::notKept);
  }

  @Override
  public void changeKept() {
    guard(recorder::changeKept);
  }

  @Override
  public void remoteFailure() {
    guard(recorder::remoteFailure);
  }

  static void guard(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | Error e) {
      ignore(e);
    }
  }

  private static void ignore(Throwable thrown) {
    LOG.log(System.Logger.Level.DEBUG, "a recorder threw", thrown);
  }
}
