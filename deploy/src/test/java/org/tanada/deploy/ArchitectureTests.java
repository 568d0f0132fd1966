package org.tanada.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.tanada.deploy",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {
  @ArchTest
  static final ArchRule dependsOnCommonAlone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "org.tanada.app..",
              "org.tanada.auth..",
              "org.tanada.balancer..",
              "org.tanada.cdn..",
              "org.tanada.router..",
              "org.tanada.storage..");

  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("org.tanada.deploy.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule topologyKnowsNothingOfProcesses =
      classes()
          .that()
          .resideInAPackage("org.tanada.deploy.topology..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "org.tanada.deploy.process..",
              "org.tanada.deploy.state..",
              "org.tanada.deploy.build..",
              "org.tanada.deploy.database..");
}
