package org.tanada.storage;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** The house rules. */
@AnalyzeClasses(
    packages = "org.tanada.storage",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {
  @ArchTest
  static final ArchRule dependsOnCommonAlone =
      ArchRuleDefinition.noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.tanada..")
                  .and(resideOutsideOfPackages("org.tanada.common..", "org.tanada.storage..")));

  @ArchTest
  static final ArchRule hasNoPackageCycles =
      slices().matching("org.tanada.storage.(*)..").should().beFreeOfCycles();
}
