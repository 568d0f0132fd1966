package org.tanada.auth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.tanada.auth", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTests {
  @ArchTest
  static final ArchRule dependsOnCommonAlone =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.tanada.app..",
              "org.tanada.router..",
              "org.tanada.storage..",
              "org.tanada.edge..",
              "org.tanada.lb..",
              "org.tanada.deploy..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.tanada.auth.(*)..").should().beFreeOfCycles();
}
