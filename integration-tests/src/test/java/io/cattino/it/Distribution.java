package io.cattino.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The distribution under test, and the environment that its programs get from a test. */
final class Distribution {
    private static final String PROPERTY = "cattino.dist";

    private Distribution() {}

    /** Its {@code bin/meow}. */
    static Path meow() {
        String set = System.getProperty(PROPERTY, "");
        Path program = Path.of(set).resolve("bin/meow");
        if (set.isEmpty() || !Files.isExecutable(program)) {
            throw new IllegalStateException(
                    "no distribution at -D%s=%s: build it, ./mvnw verify does"
                            .formatted(PROPERTY, set));
        }
        return program;
    }

    /** Its root. */
    static Path home() {
        return Path.of(System.getProperty(PROPERTY, "")).toAbsolutePath().normalize();
    }

    /** The repository's root. */
    static Path checkout() {
        return Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();
    }

    /**
     * What every process starts with: enough to find programs and a JDK, nothing of the machine's
     * own Cattino, and a user directory without configuration.
     */
    static Map<String, String> environment(Path userHome) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOME", userHome.toString());
        environment.put("LANG", "C.UTF-8");
        return environment;
    }
}
