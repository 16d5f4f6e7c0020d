package io.matriarch.action.server;

import io.matriarch.action.step.CheckServer;
import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Server;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Checks that a server can be reached and commanded; changes nothing. */
@Component
final class CheckServerAction implements Action {

  @Override
  public ActionName name() {
    return new ActionName("server.check");
  }

  @Override
  public String label() {
    return "Check";
  }

  @Override
  public String help() {
    return "Connects, becomes the owner of PostgreSQL, looks for psql and compares clocks.";
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SERVER);
  }

  @Override
  public Role requires() {
    return Role.OPERATOR;
  }

  @Override
  public boolean mutates() {
    return false;
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    Server server = server(target, fleet);
    if (server.kind() == Server.Kind.RDS) {
      return List.of(
          Check.failed("has SSH", server.name() + " is RDS", "RDS is checked over SQL."));
    }
    return List.of(
        server.hostKeys().isEmpty()
            ? Check.failed(
                "host key pinned",
                "no host key of " + server.name() + " is pinned",
                "Open the server, compare its fingerprint and pin it.")
            : Check.passed("host key pinned", server.hostKeys().size() + " pinned"));
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Server server = server(target, fleet);
    return Plan.of(
            new CheckServer(server.id(), server.name(), InstanceRef.become(server, "postgres")))
        .build();
  }

  private static Server server(Target target, Fleet fleet) {
    return Objects.requireNonNull(fleet.servers().get(target.id()), "no such server");
  }
}
