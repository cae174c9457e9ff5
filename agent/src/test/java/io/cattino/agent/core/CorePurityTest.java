package io.cattino.agent.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CorePurityTest {

    private static final String CORE = "io.cattino.agent.core";

    private static final JavaClasses AGENT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.cattino.agent");

    @Test
    void looksAtRealClasses() {
        assertThat(AGENT.containPackage(CORE)).isTrue();
        assertThat(AGENT.size()).isGreaterThan(50);
    }

    @Test
    void coreKnowsNothingButValues() {
        DescribedPredicate<JavaClass> plain =
                DescribedPredicate.describe(
                        "the language, collections, time values and itself",
                        type ->
                                Set.of(
                                                        "java.lang",
                                                        "java.lang.invoke",
                                                        "java.lang.runtime",
                                                        "java.util",
                                                        "java.util.function",
                                                        "java.util.regex",
                                                        "java.util.stream",
                                                        "java.time",
                                                        "org.jspecify.annotations",
                                                        CORE)
                                                .contains(type.getPackageName())
                                        || type.isPrimitive()
                                        || type.isArray());
        classes()
                .that()
                .resideInAPackage(CORE)
                .should()
                .onlyDependOnClassesThat(plain)
                .check(AGENT);
    }

    @Test
    void coreHasNoClockNoThreadsNoChance() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        ThreadLocal.class,
                        Runtime.class,
                        Process.class,
                        ProcessHandle.class,
                        Clock.class,
                        java.util.Random.class,
                        java.util.HashMap.class,
                        java.util.HashSet.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(AGENT);
    }

    @Test
    void packagesFormNoCycle() {
        SlicesRuleDefinition.slices()
                .matching("io.cattino.agent.(*)..")
                .should()
                .beFreeOfCycles()
                .check(AGENT);
    }

    @Test
    void onlyTheWireAndTheLinkSpeakProtobuf() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE, "io.cattino.agent.exec", "io.cattino.agent.probe")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.cattino.proto..", "com.google.protobuf..", "io.grpc..")
                .check(AGENT);
    }
}
