package io.matriarch.demo;

import io.matriarch.demo.DemoFleet.Member;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.EnvironmentDraft;
import io.matriarch.inventory.Environments;
import io.matriarch.inventory.Server;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.inventory.Servers;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.springframework.context.ApplicationContext;

/** Makes the fleet's servers known to the console. */
final class DemoRegistration {

  private static final Set<String> GIVEN =
      Set.of("name", "address", "sshPort", "sshUser", "hostKeys", "environment", "site");

  private final Environments environments;
  private final Servers servers;
  private final DemoFleet fleet;
  private final Path tokens;

  DemoRegistration(ApplicationContext console, DemoFleet fleet, DemoPlace place) {
    this.environments = console.getBean(Environments.class);
    this.servers = console.getBean(Servers.class);
    this.fleet = fleet;
    this.tokens = place.agents();
  }

  void run() throws IOException {
    Access.as(
        Actor.system("demo"),
        () -> {
          for (Member member : fleet.members()) {
            register(member);
          }
          return "";
        });
  }

  private void register(Member member) throws IOException {
    long environment =
        environments.create(EnvironmentDraft.named(member.environment()), Set.of("name")).id();
    Path token = tokens.resolve(member.name() + ".token");
    Creation created = servers.create(draft(member, environment), GIVEN);
    if (created.agentToken() != null) {
      DemoPlace.write(token, created.agentToken().reveal() + "\n");
    } else if (!Files.exists(token)) {
      DemoPlace.write(token, servers.newAgentToken(created.id()).reveal() + "\n");
    }
  }

  private ServerDraft draft(Member member, long environment) throws IOException {
    return new ServerDraft(
        member.name(),
        Server.Kind.SSH,
        environment,
        member.site(),
        member.address(),
        member.sshPort(),
        fleet.owner(),
        List.of(member.hostKey()),
        List.of(),
        null,
        "");
  }
}
