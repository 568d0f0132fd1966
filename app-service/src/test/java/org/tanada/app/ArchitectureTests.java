package org.tanada.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.tanada.app", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {
  @ArchTest
  static final ArchRule dependsOnCommonAlone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "org.tanada.auth..",
              "org.tanada.router..",
              "org.tanada.storage..",
              "org.tanada.edge..",
              "org.tanada.balancer..",
              "org.tanada.deploy..");

  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("org.tanada.app.(*)..").should().beFreeOfCycles();
}
