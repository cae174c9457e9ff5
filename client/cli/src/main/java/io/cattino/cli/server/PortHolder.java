package io.cattino.cli.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds out which process of this user listens on a port of this machine, where {@code /proc}
 * tells.
 */
public final class PortHolder {

    private static final String LISTENS = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private final Path proc;

    /** Looks into a process table such as {@code /proc}. */
    public PortHolder(Path proc) {
        this.proc = proc;
    }

    /** The process; empty if nobody listens there, or another user. */
    public Optional<ProcessHandle> find(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            lines(proc.resolve("net").resolve(table)).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(row -> row.length > INODE && row[STATE].equals(LISTENS))
                    .filter(row ->
                            row[LOCAL_ADDRESS].endsWith(String.format(Locale.ROOT, ":%04X", port)))
                    .forEach(row -> sockets.add("socket:[" + row[INODE] + "]"));
        }
        return sockets.isEmpty() ? Optional.empty() : holder(sockets);
    }

    private Optional<ProcessHandle> holder(Set<String> sockets) {
        try (Stream<Path> processes = Files.list(proc)) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> holds(process.resolve("fd"), sockets))
                    .findFirst()
                    .flatMap(process ->
                            ProcessHandle.of(Long.parseLong(process.getFileName().toString())));
        } catch (IOException _) {
            return Optional.empty(); // a system without such a table
        }
    }

    private static boolean holds(Path descriptors, Set<String> sockets) {
        try (Stream<Path> links = Files.list(descriptors)) {
            return links.anyMatch(link -> sockets.contains(target(link)));
        } catch (IOException _) {
            return false; // it has ended, or is another user's
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException _) {
            return ""; // closed meanwhile
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (IOException _) {
            return List.of();
        }
    }
}
