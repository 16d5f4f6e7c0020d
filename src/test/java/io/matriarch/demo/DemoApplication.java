package io.matriarch.demo;

import io.matriarch.MatriarchApplication;
import io.matriarch.remote.SshIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * The console with a directory of people, over the fleet that {@code ./dev demo} has brought up;
 * the directory of the demo is the system property {@code matriarch.demo.directory}.
 */
public final class DemoApplication {

  private final DemoPlace place;
  private final DemoFleet fleet;
  private final DemoSecrets secrets;

  private DemoApplication(DemoPlace place) {
    this.place = place;
    this.fleet = DemoFleet.in(place.home());
    this.secrets = DemoSecrets.in(place);
  }

  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("matriarch.demo.directory", ".demo"));
    try {
      new DemoApplication(new DemoPlace(home)).start(arguments);
    } catch (Exception e) {
      e.printStackTrace();
      // Threads of what did start would keep a demo alive that is none.
      System.exit(1);
    }
  }

  private void start(String[] arguments) throws Exception {
    DemoDirectory directory = DemoDirectory.start(place, fleet.ownAddress(), secrets);
    DemoDatabase database = DemoDatabase.of(System.getenv("DEMO_DATABASE"), secrets);
    ConfigurableApplicationContext console =
        new SpringApplicationBuilder(MatriarchApplication.class)
            .initializers(
                context ->
                    context
                        .getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("demo", settings(directory, database))))
            .run(arguments);
    fleet.authorize(console.getBean(SshIdentity.class).authorizedKeysLine());
    DemoApi api = new DemoApi(url(console), new DemoTokens(console, secrets).all());
    new DemoRegistration(api, fleet, place).run();
    InetSocketAddress metadata = database.address(console);
    if (fleet.lab().isPresent()) {
      metadata = DemoRelay.open(fleet.ownAddress(), metadata);
    }
    fleet.startAgents(database.prepareAgents(console, place, metadata), DemoDatabase.AGENT);
    new DemoWelcome(place, fleet, secrets, api).write();
    new DemoPooler(api, fleet).registerOnceItsHerdIsKnown();
    Files.writeString(place.file("ready"), ProcessHandle.current().pid() + "\n");
  }

  private Map<String, Object> settings(DemoDirectory directory, DemoDatabase database) {
    Map<String, Object> settings = new TreeMap<>(directory.settings());
    settings.putAll(database.settings());
    settings.put("matriarch.data-directory", place.console().toString());
    return settings;
  }

  private static String url(ConfigurableApplicationContext console) {
    return "http://127.0.0.1:" + console.getEnvironment().getProperty("local.server.port");
  }
}
