package io.github.corral.demo;

import io.github.corral.demo.data.DataGenerator;
import io.github.corral.demo.data.DataSize;
import io.github.corral.demo.servers.DemoServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * One PostgreSQL and one Redis for the whole test run, with the full data as a template; closed
 * with the run.
 */
public final class SharedServers implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Servers.class;
  }

  @Override
  public Servers resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedServers.class))
        .computeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
  }

  /** The shared servers. */
  public static final class Servers implements AutoCloseable {

    private final DemoServers servers = DemoServers.start();
    private final AtomicInteger databases = new AtomicInteger();

    private Servers() {
      DataSource template = dataSource(servers.jdbcUrl());
      migrate(template);
      new DataGenerator(template, DataSize.FULL).generateIfEmpty();
    }

    /** A database of one's own that holds the application's full data. */
    public String newDatabase() {
      return create(" template demo");
    }

    /** A database of one's own that holds the schema alone. */
    public String newEmptyDatabase() {
      String url = create("");
      migrate(dataSource(url));
      return url;
    }

    public int redisPort() {
      return servers.redisPort();
    }

    private String create(String template) {
      String name = "test" + databases.incrementAndGet();
      try (Connection connection = DriverManager.getConnection(url("postgres"));
          Statement statement = connection.createStatement()) {
        statement.execute("create database " + name + template);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      return url(name);
    }

    private String url(String database) {
      return servers.jdbcUrl().replace("/demo?", "/" + database + "?");
    }

    private static void migrate(DataSource dataSource) {
      Flyway.configure().dataSource(dataSource).load().migrate();
    }

    @Override
    public void close() {
      servers.close();
    }
  }

  public static DataSource dataSource(String jdbcUrl) {
    return new DriverManagerDataSource(jdbcUrl);
  }
}
