package io.github.corral.demo;

import io.github.corral.demo.SharedServers.Servers;
import io.github.corral.demo.author.AuthorProfile;
import io.github.corral.demo.feed.FeedPage;
import io.github.corral.demo.feed.Post;
import io.github.corral.demo.stats.StatsReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/** The whole application in this process, and a client that talks to it over HTTP. */
public record RunningDemo(ConfigurableApplicationContext context, RestClient http)
    implements AutoCloseable {

  /** Starts it on servers that ordinary Spring properties name. */
  public static RunningDemo start(String mode, Servers servers, String jdbcUrl, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--spring.datasource.url=" + jdbcUrl);
    arguments.add("--spring.data.redis.host=127.0.0.1");
    arguments.add("--spring.data.redis.port=" + servers.redisPort());
    return start(mode, arguments.toArray(String[]::new));
  }

  /** Starts it with these arguments alone. */
  public static RunningDemo start(String mode, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--spring.profiles.active=" + mode);
    all.add("--server.port=0");
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(DemoApplication.class).run(all.toArray(String[]::new));
    String port = context.getEnvironment().getProperty("local.server.port");
    return new RunningDemo(context, RestClient.create("http://127.0.0.1:" + port));
  }

  public FeedPage frontPage() {
    return http.get().uri("/feed").retrieve().body(FeedPage.class);
  }

  public FeedPage pageBefore(long postId) {
    return http.get().uri("/feed?before={id}", postId).retrieve().body(FeedPage.class);
  }

  public AuthorProfile author(long id) {
    return http.get().uri("/authors/{id}", id).retrieve().body(AuthorProfile.class);
  }

  public Post post(long authorId, String text) {
    return http.post()
        .uri("/posts")
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("authorId", authorId, "text", text))
        .retrieve()
        .body(Post.class);
  }

  public void rename(long authorId, String name) {
    http.put()
        .uri("/authors/{id}", authorId)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("name", name))
        .retrieve()
        .toBodilessEntity();
  }

  public HttpStatusCode statusOf(String path) {
    return http.get().uri(path).exchange((request, response) -> response.getStatusCode());
  }

  public StatsReport stats() {
    return http.get().uri("/stats").retrieve().body(StatsReport.class);
  }

  public void resetStats() {
    http.post().uri("/stats/reset").retrieve().toBodilessEntity();
  }

  @Override
  public void close() {
    context.close();
  }
}
