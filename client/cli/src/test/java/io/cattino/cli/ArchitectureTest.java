package io.cattino.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.cattino.cli");

    @Test
    void classesWereFound() {
        assertThat(CLASSES.size()).isGreaterThan(40);
    }

    @Test
    void layersLookDownwardsOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("main")
                .definedBy("io.cattino.cli")
                .layer("commands")
                .definedBy(
                        "io.cattino.cli.create",
                        "io.cattino.cli.show",
                        "io.cattino.cli.follow",
                        "io.cattino.cli.change",
                        "io.cattino.cli.serve",
                        "io.cattino.cli.shell")
                .layer("command")
                .definedBy("io.cattino.cli.command")
                .layer("session")
                .definedBy("io.cattino.cli.session")
                .layer("server")
                .definedBy("io.cattino.cli.server")
                .layer("filter")
                .definedBy("io.cattino.cli.filter")
                .layer("toml")
                .definedBy("io.cattino.cli.toml")
                .layer("syntax")
                .definedBy("io.cattino.cli.syntax")
                .layer("output")
                .definedBy("io.cattino.cli.output")
                .whereLayer("main")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("commands")
                .mayOnlyBeAccessedByLayers("main")
                .whereLayer("command")
                .mayOnlyBeAccessedByLayers("main", "commands")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("main", "commands", "command")
                .whereLayer("syntax")
                .mayOnlyBeAccessedByLayers("main", "commands", "command", "session")
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("session", "command", "commands")
                .whereLayer("toml")
                .mayOnlyBeAccessedByLayers("server", "commands")
                .check(CLASSES);
        slices().matching("io.cattino.cli.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void filtersArePure() {
        noClasses()
                .that()
                .resideInAPackage("io.cattino.cli.filter")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.cattino.cli.filter",
                        "java.lang..",
                        "java.util..",
                        "java.math",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void onlyTheLibraryTalksToServers() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.grpc..",
                        "com.google.protobuf..",
                        "io.cattino.proto..",
                        "io.cattino.client.internal..",
                        "io.github.resilience4j..")
                .check(CLASSES);
    }

    @Test
    void nobodyWritesPastTheOutput() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.cattino.cli.session")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }
}
