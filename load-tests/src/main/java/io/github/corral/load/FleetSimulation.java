package io.github.corral.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.responseTimeInMillis;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.github.corral.demo.stats.QueryCounts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Readers and writers of the demo, arriving at fixed rates: a front page that everybody reads,
 * authors by popularity, a trickle of renamed authors and of new posts. Each request goes to the
 * fleet's next process.
 *
 * <p>First comes a warm-up with the same reads. Then the counts begin anew, and the measured part
 * follows.
 */
public final class FleetSimulation extends Simulation {

  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final String MILLIS = "millis";

  private final TrafficPlan plan = TrafficPlan.from(System.getProperties());
  private final Rates rates = plan.rates();
  private final Measurement measurement = new Measurement();
  private final ProgressLine progress = new ProgressLine(plan, measurement);

  /** Called by Gatling. */
  public FleetSimulation() {
    setUp(warmUp().andThen(newCounts().andThen(hotReads(), authorReads(), renames(), posts())))
        .protocols(protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void before() {
    progress.start();
  }

  @Override
  public void after() {
    progress.stop();
    measurement.result().writeTo(plan.result());
  }

  private HttpProtocolBuilder protocol() {
    return http.baseUrls(plan.baseUrls()).shareConnections().disableWarmUp().disableCaching();
  }

  private PopulationBuilder warmUp() {
    return scenario("warm-up")
        .exec(
            exec(ok(http("warm-up: front page").get("/feed"))),
            feed(authors()),
            exec(ok(http("warm-up: author").get("/authors/#{author}"))))
        .injectOpen(rampUsersPerSec(1).to(hotReadsPerSecond()).during(plan.warmUp()));
  }

  private PopulationBuilder newCounts() {
    return scenario("new counts")
        .pause(QUIET)
        .exec(
            plan.baseUrls().stream()
                .map(url -> exec(ok(http("new counts").post(url + "/stats/reset"))))
                .toList())
        .exec(this::startMeasuring)
        .injectOpen(atOnceUsers(1));
  }

  /** Holds up Gatling's own thread, which has nothing else to do at this moment. */
  private Session startMeasuring(Session session) {
    try {
      QueryCounts.reset(plan.jdbcUrl());
    } catch (SQLException e) {
      throw new IllegalStateException("cannot set the database's counts to zero", e);
    }
    measurement.started();
    return session;
  }

  private PopulationBuilder hotReads() {
    return scenario("front page")
        .exec(measured(http("front page").get("/feed"), measurement::readHot))
        .injectOpen(again(atOnceUsers(rates.hotReadsAtOnce()), rates.betweenHotReads()));
  }

  private double hotReadsPerSecond() {
    return rates.hotReadsIn(Duration.ofSeconds(1));
  }

  private PopulationBuilder authorReads() {
    return scenario("author")
        .exec(
            feed(authors()), measured(http("author").get("/authors/#{author}"), measurement::read))
        .injectOpen(constantUsersPerSec(rates.authorReadsPerSecond()).during(plan.measured()));
  }

  private PopulationBuilder renames() {
    HttpRequestActionBuilder rename =
        http("rename author")
            .put("/authors/#{author}")
            .header("Content-Type", "application/json")
            .body(StringBody("{\"name\": \"Author #{author}, renamed\"}"));
    return scenario("rename author")
        .exec(feed(authors()), measured(rename, millis -> {}))
        .injectOpen(constantUsersPerSec(rates.renamesPerSecond()).during(plan.measured()));
  }

  private PopulationBuilder posts() {
    HttpRequestActionBuilder post =
        http("new post")
            .post("/posts")
            .header("Content-Type", "application/json")
            .body(StringBody("{\"authorId\": #{author}, \"text\": \"A new post\"}"));
    return scenario("new post")
        .pause(rates.betweenPosts().dividedBy(2))
        .exec(feed(authors()), measured(post, millis -> {}))
        .injectOpen(again(atOnceUsers(1), rates.betweenPosts()));
  }

  /** The step, and then nothing for a while, as often as it fits. */
  private OpenInjectionStep[] again(OpenInjectionStep step, Duration every) {
    return Stream.generate(() -> Stream.of(step, nothingFor(every)))
        .limit(plan.measured().dividedBy(every))
        .flatMap(both -> both)
        .toArray(OpenInjectionStep[]::new);
  }

  private Iterator<Map<String, Object>> authors() {
    ZipfAuthors authors = new ZipfAuthors(plan.seed());
    return Stream.generate(() -> Map.<String, Object>of("author", authors.next())).iterator();
  }

  private ChainBuilder measured(HttpRequestActionBuilder request, LongConsumer millis) {
    return exec(ok(request).check(responseTimeInMillis().saveAs(MILLIS)))
        .exec(
            session -> {
              measurement.answered(!session.isFailed());
              if (!session.isFailed()) {
                millis.accept(session.getInt(MILLIS));
              }
              return session;
            });
  }

  private static HttpRequestActionBuilder ok(HttpRequestActionBuilder request) {
    return request.check(status().in(200, 201, 204));
  }
}
