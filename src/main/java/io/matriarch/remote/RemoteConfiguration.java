package io.matriarch.remote;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Our key pair in {@code ssh/} of the data directory, and the shell with its limits. */
@Configuration(proxyBeanMethods = false)
class RemoteConfiguration {

  @Bean
  SshIdentity sshIdentity(@Value("${matriarch.data-directory}") Path dataDirectory) {
    return SshIdentity.in(dataDirectory.resolve("ssh"));
  }

  @Bean
  SshLimits sshLimits(
      @Value("${matriarch.ssh.connect:10s}") Duration connect,
      @Value("${matriarch.ssh.queue:60s}") Duration queue,
      @Value("${matriarch.ssh.sessions-per-connection:8}") int sessionsPerConnection,
      @Value("${matriarch.ssh.connections-per-host:2}") int connectionsPerHost,
      @Value("${matriarch.ssh.connections:1000}") int connections,
      @Value("${matriarch.ssh.idle:5m}") Duration idle,
      @Value("${matriarch.ssh.keep-alive:5s}") Duration keepAlive,
      @Value("${matriarch.ssh.output:1000000}") int output,
      @Value("${matriarch.ssh.line:16000}") int line) {
    return new SshLimits(
        connect,
        queue,
        sessionsPerConnection,
        connectionsPerHost,
        connections,
        idle,
        keepAlive,
        output,
        line);
  }

  @Bean(destroyMethod = "close")
  SshShell sshShell(SshIdentity identity, SshLimits limits) {
    return new SshShell(identity, limits);
  }
}
