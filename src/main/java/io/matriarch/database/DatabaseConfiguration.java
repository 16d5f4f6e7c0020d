package io.matriarch.database;

import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Gives Flyway the owner's login and the application its own, embedded or not. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {

  @Bean(destroyMethod = "close")
  @ConditionalOnExpression("'${matriarch.database.url:}'.isBlank()")
  EmbeddedPostgres embeddedPostgres(
      @Value("${matriarch.data-directory}") Path dataDirectory, DatabaseProperties properties) {
    return EmbeddedPostgres.start(dataDirectory, properties.port());
  }

  @Bean
  Logins databaseLogins(DatabaseProperties properties, ObjectProvider<EmbeddedPostgres> embedded) {
    EmbeddedPostgres server = embedded.getIfAvailable();
    return server == null
        ? new Logins(properties.app(), properties.owner())
        : new Logins(server.app(), server.owner());
  }

  @Bean
  JdbcConnectionDetails jdbcConnectionDetails(Logins logins) {
    return new AppConnection(logins.app());
  }

  @Bean
  FlywayConnectionDetails flywayConnectionDetails(Logins logins) {
    return new OwnerConnection(logins.owner());
  }

  @Bean(destroyMethod = "close")
  Changes changes(Logins logins) {
    return new NotificationHub(logins.app()).start();
  }

  record Logins(DatabaseLogin app, DatabaseLogin owner) {}

  private record AppConnection(DatabaseLogin login) implements JdbcConnectionDetails {
    @Override
    public String getUsername() {
      return login.user();
    }

    @Override
    public String getPassword() {
      return login.password();
    }

    @Override
    public String getJdbcUrl() {
      return login.url();
    }
  }

  private record OwnerConnection(DatabaseLogin login) implements FlywayConnectionDetails {
    @Override
    public String getUsername() {
      return login.user();
    }

    @Override
    public String getPassword() {
      return login.password();
    }

    @Override
    public String getJdbcUrl() {
      return login.url();
    }
  }
}
