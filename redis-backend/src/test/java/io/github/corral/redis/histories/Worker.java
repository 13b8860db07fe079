package io.github.corral.redis.histories;

import io.github.corral.redis.internal.RealRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process of the fleets. It ends when its parent tells it so, or when its parent has ended. */
final class Worker {

  /** How long an attempt to connect may take. */
  static final long CONNECT_MILLIS = 1_500;

  private Worker() {}

  public static void main(String[] arguments) throws IOException {
    WorkerSpec spec = WorkerSpec.of(arguments);
    Source source = new Source(spec.sourceFile(), spec.fleets().size());
    HistoryFile history =
        new HistoryFile(
            spec.directory().resolve("process-" + spec.process() + ".log"), spec.beginning());
    Heartbeat heartbeat = new Heartbeat(history);
    RedisURI uri = RealRedis.uri(spec.port());
    uri.setTimeout(Duration.ofMillis(CONNECT_MILLIS));
    RedisClient client = RedisClient.create(uri);
    List<Member> members = new ArrayList<>();
    for (int fleet = 0; fleet < spec.fleets().size(); fleet++) {
      members.add(new Member(spec, fleet, client, source));
    }
    members.forEach(Member::warmUp);
    history.line("S", history.now());
    source.set(Source.Word.READY, spec.slot(), spec.process());
    members.forEach(Member::start);

    boolean told = System.in.read() >= 0;
    if (!told) {
      Runtime.getRuntime().halt(1);
    }
    members.forEach(Member::stop);
    members.forEach(Member::close);
    heartbeat.close();
    history.line("Z", history.now());
    Runtime.getRuntime().halt(0);
  }
}
