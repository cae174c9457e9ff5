package io.cattino.client;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What users compile against is ours alone. */
class ApiTest {

    private static final String API = "io.cattino.client";
    private static final List<String> HIDDEN =
            List.of(
                    "io.cattino.proto.",
                    "com.google.protobuf.",
                    "com.google.rpc.",
                    "io.grpc.",
                    API + ".internal.");

    private final JavaClasses imported =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(API);

    @Test
    void somethingIsLookedAt() {
        assertThat(imported.that(resideInAPackage(API))).hasSizeGreaterThan(40);
    }

    @Test
    void nothingOfTheWireIsInThePublicApi() {
        classes()
                .that()
                .resideInAPackage(API)
                .and()
                .arePublic()
                .should(new HideTheWire())
                .check(imported);
    }

    @Test
    void valuesDoNotKnowTheWireAtAll() {
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.cattino.proto..",
                        "com.google.protobuf..",
                        "com.google.rpc..",
                        "io.grpc..")
                .check(imported);
    }

    /** Signatures of what others can call or read, with their type arguments. */
    private static final class HideTheWire extends ArchCondition<JavaClass> {
        HideTheWire() {
            super("show no type of the wire or of the internals");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            for (JavaMember member : type.getMembers()) {
                boolean visible =
                        member.getModifiers().contains(JavaModifier.PUBLIC)
                                || member.getModifiers().contains(JavaModifier.PROTECTED);
                for (JavaType shown : visible ? typesOf(member) : Set.<JavaType>of()) {
                    for (JavaClass raw : shown.getAllInvolvedRawTypes()) {
                        boolean hidden = HIDDEN.stream().anyMatch(raw.getName()::startsWith);
                        events.add(
                                new SimpleConditionEvent(
                                        member,
                                        !hidden,
                                        member.getFullName() + " shows " + raw.getName()));
                    }
                }
            }
        }

        private static Set<JavaType> typesOf(JavaMember member) {
            Set<JavaType> types = new HashSet<>();
            if (member instanceof JavaField field) {
                types.add(field.getType());
            }
            if (member instanceof JavaCodeUnit code) {
                types.add(code.getReturnType());
                types.addAll(code.getParameterTypes());
                types.addAll(code.getExceptionTypes());
            }
            return types;
        }
    }
}
