package io.cattino.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Maven repository with what we publish for Java programs, as this build made it, and a Maven
 * that sees nothing of ours but that. Offline: everything else was fetched for the build.
 */
final class Published {
    /** Modules with a jar, by directory; the parents of their POMs are published with them. */
    private static final Map<String, String> MODULES =
            Map.of(
                    "proto", "cattino-proto",
                    "coordinator", "cattino-coordinator",
                    "agent", "cattino-agent",
                    "client/library", "cattino-client",
                    "client/testkit", "cattino-testkit");

    private static final Map<String, String> PARENTS =
            Map.of(".", "cattino-parent", "client", "cattino-client-parent");

    private final Path repository;
    private final String version = System.getProperty("cattino.version", "");

    private Published(Path repository) {
        this.repository = repository;
    }

    /** Puts it there. */
    static Published in(Path directory) throws IOException {
        Published published = new Published(directory);
        for (Map.Entry<String, String> parent : PARENTS.entrySet()) {
            published.putPom(parent.getKey(), parent.getValue());
        }
        for (Map.Entry<String, String> module : MODULES.entrySet()) {
            published.putPom(module.getKey(), module.getValue());
            published.putJar(module.getKey(), module.getValue());
        }
        return published;
    }

    /** A Maven with this repository, to be run in a project's directory. */
    Meow maven(Path project) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOME", System.getProperty("user.home"));
        environment.put(
                "MAVEN_OPTS",
                "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow");
        return new Meow(
                List.of(
                        System.getProperty("cattino.maven", ""),
                        "--offline",
                        "--batch-mode",
                        "-Dmaven.repo.local=" + repository,
                        "-Dmaven.repo.local.tail=" + fetched(),
                        "-Dmaven.repo.local.tail.ignoreAvailability=true"),
                environment,
                project);
    }

    /** The repositories of the build that runs us. */
    private static String fetched() {
        String first = System.getProperty("cattino.repository", "");
        String more = System.getProperty("cattino.repository.tail", "");
        // What is not set stays as it is written in the POM.
        return more.isEmpty() || more.startsWith("${") ? first : first + "," + more;
    }

    private void putPom(String module, String artifact) throws IOException {
        put(Distribution.checkout().resolve(module).resolve("pom.xml"), artifact, "pom");
    }

    private void putJar(String module, String artifact) throws IOException {
        Path target =
                Distribution.checkout()
                        .resolve(module)
                        .resolve(System.getProperty("cattino.target", "target"));
        put(target.resolve("%s-%s.jar".formatted(artifact, version)), artifact, "jar");
    }

    private void put(Path file, String artifact, String type) throws IOException {
        Path place = repository.resolve("io/cattino").resolve(artifact).resolve(version);
        Files.createDirectories(place);
        Files.copy(
                file,
                place.resolve("%s-%s.%s".formatted(artifact, version, type)),
                StandardCopyOption.REPLACE_EXISTING);
    }
}
