package io.github.corral.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.demo.SharedServers;
import io.github.corral.demo.SharedServers.Servers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(SharedServers.class)
class DataGeneratorTest {

  private static final DataSize SMALL = new DataSize(20, 400, 300);

  /** Changes only with the generator: it is what makes figures of different days comparable. */
  private static final String SMALL_CHECKSUM = "f2463084af35c2a6b7340f36f10d465e";

  private static final String FULL_CHECKSUM = "1f6afcf30d3947db58da9eb2aef2d7fd";

  @Test
  void generateIfEmpty_onAnEmptySchema_givesTheSameRowsEveryTime(Servers servers) {
    DataSource first = generated(servers.newEmptyDatabase(), SMALL);
    DataSource second = generated(servers.newEmptyDatabase(), SMALL);

    assertThat(checksum(first)).isEqualTo(SMALL_CHECKSUM);
    assertThat(checksum(second)).isEqualTo(SMALL_CHECKSUM);
  }

  @Test
  void generateIfEmpty_inFullSize_givesTheApplicationsRows(Servers servers) {
    DataSource full = SharedServers.dataSource(servers.newDatabase());

    assertThat(rows(full)).containsExactly(10_000L, 200_000L, 150_000L);
    assertThat(checksum(full)).isEqualTo(FULL_CHECKSUM);
  }

  @Test
  void generateIfEmpty_onGeneratedData_changesNothing(Servers servers) {
    DataSource data = generated(servers.newEmptyDatabase(), SMALL);
    JdbcClient.create(data).sql("update authors set name = 'Renamed' where id = 1").update();
    String before = checksum(data);

    new DataGenerator(data, DataSize.FULL).generateIfEmpty();

    assertThat(checksum(data)).isEqualTo(before);
  }

  @Test
  void generateIfEmpty_byTwoAtOnce_generatesOnce(Servers servers) throws Exception {
    DataSource data = SharedServers.dataSource(servers.newEmptyDatabase());
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> new DataGenerator(data, SMALL).generateIfEmpty());

    new DataGenerator(data, SMALL).generateIfEmpty();
    other.get(30, TimeUnit.SECONDS);

    assertThat(checksum(data)).isEqualTo(SMALL_CHECKSUM);
  }

  @Test
  void generateIfEmpty_brokenOff_leavesNothing(Servers servers) {
    DataSource data = SharedServers.dataSource(servers.newEmptyDatabase());
    JdbcClient jdbc = JdbcClient.create(data);
    jdbc.sql("alter table orders add constraint broken check (id < 200)").update();

    assertThatThrownBy(() -> new DataGenerator(data, SMALL).generateIfEmpty())
        .isInstanceOf(DataAccessException.class);

    assertThat(rows(data)).containsExactly(0L, 0L, 0L);
    jdbc.sql("alter table orders drop constraint broken").update();
    new DataGenerator(data, SMALL).generateIfEmpty();
    assertThat(checksum(data)).isEqualTo(SMALL_CHECKSUM);
  }

  @Test
  void newRows_afterGeneration_continueTheIds(Servers servers) {
    JdbcClient jdbc = JdbcClient.create(generated(servers.newEmptyDatabase(), SMALL));

    assertThat(
            jdbc.sql("insert into posts (author_id, body) values (1, 'next') returning id")
                .query(Long.class)
                .single())
        .isEqualTo(401);
  }

  @Test
  void dataSize_withoutRows_isRefused() {
    assertThatThrownBy(() -> new DataSize(1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("posts: 0, must be at least 1");
  }

  private static DataSource generated(String jdbcUrl, DataSize size) {
    DataSource data = SharedServers.dataSource(jdbcUrl);
    new DataGenerator(data, size).generateIfEmpty();
    return data;
  }

  private static List<Long> rows(DataSource data) {
    return List.of("authors", "posts", "orders").stream()
        .map(
            table ->
                JdbcClient.create(data)
                    .sql("select count(*) from " + table)
                    .query(Long.class)
                    .single())
        .toList();
  }

  private static String checksum(DataSource data) {
    return JdbcClient.create(data)
        .sql(
            """
            select md5(
              (select string_agg(concat_ws('|', id, name, extract(epoch from joined_at)), ',' order by id)
               from authors)
              || (select string_agg(concat_ws('|', id, author_id, body, extract(epoch from posted_at)), ',' order by id)
               from posts)
              || (select string_agg(concat_ws('|', id, author_id, amount_cents, extract(epoch from placed_at)), ',' order by id)
               from orders))
            """)
        .query(String.class)
        .single();
  }
}
