package io.matriarch;

import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.page.AppShellConfigurator;
import com.vaadin.flow.component.page.Push;
import com.vaadin.flow.server.AppShellSettings;
import com.vaadin.flow.theme.aura.Aura;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** Starts the console: metadata database, web server, engine. */
@SpringBootApplication(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
@Push
@StyleSheet(Aura.STYLESHEET)
@StyleSheet("context://ui/app.css")
public class MatriarchApplication implements AppShellConfigurator {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public void configurePage(AppShellSettings settings) {
    settings.addFavIcon("icon", "ui/icon.svg", "any");
  }

  public static void main(String[] args) {
    SpringApplication.run(MatriarchApplication.class, args);
  }
}
