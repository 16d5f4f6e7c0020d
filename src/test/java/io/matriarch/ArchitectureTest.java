package io.matriarch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.matriarch.job.Action;
import io.matriarch.job.Step;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/** The floors of docs/design.md: imports go down only, technologies stay in one place. */
class ArchitectureTest {

  private static final String BASE = "io.matriarch";
  private static final String EDITS = BASE + ".inventory.Edits";
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(BASE);

  private record OneHome(String technology, String types, String home) {}

  @Test
  void imports_go_down_only() {
    // verify() looks only once in a JVM, and a test that failed is run again.
    ApplicationModules.of(MatriarchApplication.class).detectViolations().throwIfPresent();
  }

  @Test
  void every_first_level_package_says_what_it_may_import_and_every_package_is_null_marked() {
    Set<String> wrong = new TreeSet<>();
    for (JavaPackage part : MAIN.getPackage(BASE).getSubpackagesInTree()) {
      if (part.getClasses().isEmpty()) {
        continue;
      }
      boolean firstLevel = part.getName().split("\\.").length == 3;
      if (!part.isAnnotatedWith(NullMarked.class)) {
        wrong.add(part.getName() + " lacks @NullMarked");
      }
      if (firstLevel != part.isAnnotatedWith(ApplicationModule.class)) {
        wrong.add(
            part.getName()
                + (firstLevel ? " lacks @ApplicationModule" : " must not be a module of its own"));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @TestFactory
  List<DynamicTest> a_technology_is_imported_in_one_place() {
    return List.of(
            new OneHome("Vaadin", "com.vaadin..", "io.matriarch.ui.."),
            new OneHome("sshj", "net.schmizz..", "io.matriarch.remote.."),
            new OneHome("OpenPDF", "org.openpdf..", "io.matriarch.drill.."),
            new OneHome("dnsjava", "org.xbill..", "io.matriarch.dns.."),
            new OneHome("jetcd", "io.etcd..", "io.matriarch.store.."),
            new OneHome("Curator", "org.apache.curator..", "io.matriarch.store.."),
            new OneHome("ZooKeeper", "org.apache.zookeeper..", "io.matriarch.store.."),
            new OneHome("Spring MVC", "org.springframework.web.bind..", "io.matriarch.api.."),
            new OneHome("HTTP requests", "java.net.http..", "io.matriarch.alarm.."),
            new OneHome("mail", "jakarta.mail..", "io.matriarch.alarm.."),
            new OneHome("Spring mail", "org.springframework.mail..", "io.matriarch.alarm.."),
            new OneHome("Flyway", "org.flywaydb..", "io.matriarch.database.."),
            new OneHome("Spring LDAP", "org.springframework.ldap..", "io.matriarch.security.."))
        .stream()
        .map(home -> DynamicTest.dynamicTest(home.technology(), () -> inOnePlace(home).check(MAIN)))
        .toList();
  }

  private static ArchRule inOnePlace(OneHome home) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(home.home(), BASE)
        .should()
        .dependOnClassesThat(resideInAPackage(home.types()))
        .as("only " + home.home() + " imports " + home.technology());
  }

  @Test
  void screens_and_api_do_not_know_each_other() {
    noClasses()
        .that()
        .resideInAPackage("io.matriarch.ui..")
        .should()
        .dependOnClassesThat(resideInAPackage("io.matriarch.api.."))
        .check(MAIN);
    noClasses()
        .that(
            resideInAnyPackage("io.matriarch..")
                .and(not(resideInAnyPackage("io.matriarch.ui..", BASE))))
        .should()
        .dependOnClassesThat(resideInAPackage("io.matriarch.ui.."))
        .check(MAIN);
  }

  @Test
  void sub_packages_have_no_cycles() {
    slices().matching("io.matriarch.(*).(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void what_changes_something_for_a_person_asks_access_first() {
    List<JavaMethod> changing = new ArrayList<>();
    for (String module : List.of("inventory", "job", "discovery", "watch", "alarm", "security")) {
      MAIN.getPackage(BASE + "." + module).getClassesInPackageTree().stream()
          .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
          // It takes the entry of an actor; who calls it has asked.
          .filter(c -> !c.getName().equals(EDITS))
          .flatMap(c -> c.getMethods().stream())
          .filter(m -> m.getModifiers().contains(JavaModifier.PUBLIC))
          .filter(m -> reaches(m, BASE + "." + module, ArchitectureTest::writes))
          .forEach(changing::add);
    }
    assertThat(changing)
        .extracting(JavaMethod::getFullName)
        .as("the rule sees what it is for")
        .anyMatch(name -> name.contains("Jobs.submit"))
        .anyMatch(name -> name.contains("Servers.create"))
        .anyMatch(name -> name.contains("Receivers.newSecret"));
    assertThat(changing)
        .filteredOn(m -> !reaches(m, m.getOwner().getPackageName(), ArchitectureTest::asks))
        .extracting(JavaMethod::getFullName)
        .isEmpty();
  }

  private static boolean writes(JavaMethodCall call) {
    String owner = call.getTargetOwner().getName();
    return (owner.startsWith("org.springframework.jdbc.core")
            && Set.of("update", "batchUpdate").contains(call.getName()))
        || (owner.equals(EDITS) && call.getName().equals("make"))
        || (owner.equals(BASE + ".audit.Audit") && call.getName().equals("intent"));
  }

  private static boolean asks(JavaMethodCall call) {
    return call.getTargetOwner().getName().equals(BASE + ".security.Access")
        && call.getName().equals("require");
  }

  /** Whether the method, or one of the same module that it calls, makes such a call. */
  private static boolean reaches(JavaMethod from, String module, Predicate<JavaMethodCall> wanted) {
    Deque<JavaMethod> open = new ArrayDeque<>(List.of(from));
    Set<JavaMethod> seen = new HashSet<>();
    while (!open.isEmpty()) {
      JavaMethod method = open.pop();
      if (!seen.add(method)) {
        continue;
      }
      for (JavaMethodCall call : method.getMethodCallsFromSelf()) {
        if (wanted.test(call)) {
          return true;
        }
        call.getTarget()
            .resolveMember()
            .filter(target -> target.getOwner().getPackageName().startsWith(module))
            .ifPresent(open::push);
      }
    }
    return false;
  }

  @Test
  void steps_are_records_and_actions_are_hidden() {
    classes().that().implement(Step.class).should().beRecords().check(MAIN);
    classes()
        .that()
        .areAssignableTo(Action.class)
        .and()
        .doNotHaveFullyQualifiedName(Action.class.getName())
        .should()
        .notBePublic()
        .check(MAIN);
  }

  @Test
  void time_comes_from_a_clock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(java.time.LocalDateTime.class, "now")
        .orShould()
        .callMethod(java.time.ZonedDateTime.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(MAIN);
  }

  @Test
  void dependencies_come_through_the_constructor() {
    noFields().should().beAnnotatedWith(Autowired.class).check(MAIN);
  }
}
