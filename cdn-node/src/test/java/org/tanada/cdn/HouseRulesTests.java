package org.tanada.cdn;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** A service depends on {@code common} alone, and its packages have no cycles. */
class HouseRulesTests {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.tanada.cdn");

  @Test
  void dependsOnNoOtherService() {
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.tanada.app..",
            "org.tanada.auth..",
            "org.tanada.deploy..",
            "org.tanada.gateway..",
            "org.tanada.lb..",
            "org.tanada.router..",
            "org.tanada.storage..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.tanada.cdn.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
