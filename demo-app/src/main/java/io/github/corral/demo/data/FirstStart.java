package io.github.corral.demo.data;

import javax.sql.DataSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.stereotype.Component;

/** Generates the data after the schema is there and before the first request is taken. */
@Component
@DependsOnDatabaseInitialization
class FirstStart implements InitializingBean {

  private final DataSource dataSource;

  FirstStart(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public void afterPropertiesSet() {
    new DataGenerator(dataSource, DataSize.FULL).generateIfEmpty();
  }
}
