package io.cattino.coordinator.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom in this module, and what the core may know at all. */
class ArchitectureTest {
    private static final String ROOT = "io.cattino.coordinator";
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(location -> !location.contains("/test-classes/"))
                    .importPackages(ROOT);

    /** Else every rule below would hold of nothing. */
    @Test
    void classesWereImported() {
        Set<String> packages =
                CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(packages)
                .contains(
                        ROOT + ".core",
                        ROOT + ".core.model",
                        ROOT + ".core.placement",
                        ROOT + ".loop",
                        ROOT + ".journal");
        assertThat(CLASSES.contain(SchedulerCore.class)).isTrue();
    }

    @Test
    void coreKnowsOnlyValuesAndItself() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".core..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(
                                        "java.lang",
                                        "java.util",
                                        "java.util.function",
                                        "java.util.stream",
                                        "org.jspecify.annotations",
                                        ROOT + ".core..")
                                // What javac makes of records, lambdas and switches.
                                .or(resideInAnyPackage("java.lang.invoke", "java.lang.runtime")))
                .check(CLASSES);
    }

    @Test
    void coreReadsNoClockAndRollsNoDice() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".core..")
                .should()
                .dependOnClassesThat(
                        belongsTo(
                                System.class,
                                Thread.class,
                                Runtime.class,
                                ProcessHandle.class,
                                Clock.class,
                                Instant.class,
                                Random.class,
                                Date.class,
                                Timer.class,
                                UUID.class,
                                RandomGenerator.class))
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> belongsTo(Class<?>... classes) {
        return JavaClass.Predicates.belongToAnyOf(classes);
    }

    /** Journal is what the loop writes with; the state is what a journal replays into. */
    @Test
    void loopKnowsCoreAndJournalOnly() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".loop..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(ROOT + "..")
                                .and(
                                        DescribedPredicate.not(
                                                resideInAnyPackage(
                                                        ROOT + ".loop..",
                                                        ROOT + ".journal..",
                                                        ROOT + ".core.."))))
                .check(CLASSES);
    }

    /**
     * Shells see the core and the loop, and of each other only what is listed here: {@code wire}
     * translates for whoever speaks protobuf, {@code zk} is what the journal is written with, and
     * the servers hand logs and nodes to the agents' sessions.
     */
    @Test
    void shellsDoNotKnowEachOther() {
        noShellKnows("wire", "journal", "zk", "rpc", "agents", "http", "metrics", "loop");
        noShellKnows("zk", "journal", "rpc", "agents", "http", "metrics", "loop", "wire");
        noShellKnows("journal", "rpc", "agents", "http", "metrics", "loop");
        noShellKnows("metrics", "journal", "zk", "rpc", "agents", "http");
        noShellKnows("agents", "journal", "zk", "rpc", "http");
        noShellKnows("rpc", "zk", "http");
        noShellKnows("http", "zk", "rpc", "agents", "journal");
    }

    private static void noShellKnows(String shell, String... others) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + shell + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Stream.of(others)
                                .map(other -> ROOT + "." + other + "..")
                                .toArray(String[]::new))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packagesOfTheModuleFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** Classes of more than 400 lines do too much. */
    @Test
    void sourcesAreShort() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            List<String> tooLong =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> lines(file) > 400)
                            .map(Path::toString)
                            .toList();
            assertThat(tooLong).isEmpty();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
