package io.github.corral.load;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One process of the fleet: the demo application as an operating system's process of its own. */
final class DemoProcess {

  private static final Duration TO_START = Duration.ofMinutes(3);
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final int LINES_OF_LOG = 30;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TO_ANSWER).build();
  private final Process process;
  private final String baseUrl;
  private final Path log;

  DemoProcess(Process process, int port, Path log) {
    this.process = process;
    this.baseUrl = "http://127.0.0.1:" + port;
    this.log = log;
  }

  long pid() {
    return process.pid();
  }

  String baseUrl() {
    return baseUrl;
  }

  Process process() {
    return process;
  }

  /**
   * Returns when the application says that it is well.
   *
   * @throws IllegalStateException as soon as the process has ended, with the end of its log
   * @throws org.awaitility.core.ConditionTimeoutException after three minutes
   */
  void awaitHealthy() {
    await("the demo on " + baseUrl + " to be healthy, its log is " + log)
        .atMost(TO_START)
        .pollDelay(Duration.ZERO)
        .pollInterval(BETWEEN_LOOKS)
        .until(this::isHealthy);
  }

  /**
   * The body of an answer.
   *
   * @throws IllegalStateException if there is none within ten seconds, or it is not a success
   */
  String get(String path) {
    try {
      HttpResponse<String> answer = send(path);
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            baseUrl + path + " answered " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new IllegalStateException(baseUrl + path + " did not answer; the log is " + log, e);
    }
  }

  private boolean isHealthy() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the demo on "
              + baseUrl
              + " ended with "
              + process.exitValue()
              + ", its log is "
              + log
              + ", at its end:\n"
              + endOfLog());
    }
    try {
      return send("/actuator/health").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> send(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(TO_ANSWER).build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + baseUrl + path, e);
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
    } catch (IOException e) {
      return "no log in " + log;
    }
  }
}
