package io.cattino.cli.change;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the tasks that run on this machine by the environment that every task is given, whether or
 * not a server runs that knows of them.
 */
final class RunningProcesses {

    private static final String RUN_DIR = "CATTINO_RUN_DIR=";

    private final Path proc;

    /**
     * Those of a process table.
     *
     * @param proc as {@code /proc}
     */
    RunningProcesses(Path proc) {
        this.proc = proc;
    }

    /** Run directories that processes of this user are given; empty if nobody can tell. */
    Optional<Set<String>> runDirectories() {
        if (!Files.isReadable(proc.resolve("self").resolve("environ"))) {
            return Optional.empty();
        }
        Set<String> found = new LinkedHashSet<>();
        try (Stream<Path> processes = Files.list(proc)) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .flatMap(process -> variables(process.resolve("environ")))
                    .filter(variable -> variable.startsWith(RUN_DIR))
                    .forEach(variable -> found.add(variable.substring(RUN_DIR.length())));
        } catch (IOException _) {
            return Optional.empty();
        }
        return Optional.of(found);
    }

    private static Stream<String> variables(Path environ) {
        try {
            String all = new String(Files.readAllBytes(environ), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("\0", -1));
        } catch (IOException _) {
            // It has ended, or is another user's, who cannot write into this home.
            return Stream.empty();
        }
    }
}
