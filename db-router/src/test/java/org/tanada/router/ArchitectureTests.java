package org.tanada.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house rules: a service depends on common alone, and no packages in a circle. */
@AnalyzeClasses(
    packages = "org.tanada.router",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTests {
  @ArchTest
  static final ArchRule dependsOnCommonAlone =
      classes()
          .should()
          .onlyDependOnClassesThat(
              DescribedPredicate.describe(
                  "are ours, common's or not Tanada's",
                  (JavaClass type) ->
                      !type.getPackageName().startsWith("org.tanada")
                          || type.getPackageName().startsWith("org.tanada.common")
                          || type.getPackageName().startsWith("org.tanada.router")));

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.tanada.router.(**)").should().beFreeOfCycles();
}
