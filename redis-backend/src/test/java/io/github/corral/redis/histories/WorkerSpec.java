package io.github.corral.redis.histories;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a worker process is told.
 *
 * @param client by which client it reaches Redis
 * @param port where it finds Redis
 * @param process its number, which no other process of the run has; the last digit is its slot
 * @param seed what its operations are drawn from
 * @param beginning the time from which histories count
 * @param threads how many of each fleet's make operations
 * @param thinkMicros how long each of them waits between two operations
 * @param changesPerMille how many of a thousand operations change something
 * @param directory where the histories are
 * @param fleets which fleets it is a member of
 */
record WorkerSpec(
    Client client,
    int port,
    int process,
    long seed,
    long beginning,
    int threads,
    long thinkMicros,
    int changesPerMille,
    Path directory,
    List<Mutant> fleets) {

  static final int SLOTS = 10;

  /** By which client a worker reaches Redis. */
  enum Client {
    LETTUCE
  }

  int slot() {
    return process % SLOTS;
  }

  List<String> arguments() {
    return List.of(
        client.name(),
        Integer.toString(port),
        Integer.toString(process),
        Long.toString(seed),
        Long.toString(beginning),
        Integer.toString(threads),
        Long.toString(thinkMicros),
        Integer.toString(changesPerMille),
        directory.toString(),
        String.join(",", fleets.stream().map(Mutant::name).toList()));
  }

  static WorkerSpec of(String[] arguments) {
    return new WorkerSpec(
        Client.valueOf(arguments[0]),
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]),
        Long.parseLong(arguments[3]),
        Long.parseLong(arguments[4]),
        Integer.parseInt(arguments[5]),
        Long.parseLong(arguments[6]),
        Integer.parseInt(arguments[7]),
        Path.of(arguments[8]),
        Arrays.stream(arguments[9].split(",")).map(Mutant::valueOf).toList());
  }

  Path sourceFile() {
    return directory.resolve("source");
  }
}
