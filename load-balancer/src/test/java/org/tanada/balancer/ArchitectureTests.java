package org.tanada.balancer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.tanada.balancer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {
  @ArchTest
  static final ArchRule dependsOnCommonAlone =
      noClasses()
          .should()
          .dependOnClassesThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "are of another service",
                  c ->
                      c.getPackageName().startsWith("org.tanada.")
                          && !c.getPackageName().startsWith("org.tanada.common")
                          && !c.getPackageName().startsWith("org.tanada.balancer")));

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.tanada.balancer.(*)..").should().beFreeOfCycles();
}
