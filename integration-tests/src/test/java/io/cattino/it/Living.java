package io.cattino.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Processes that really live: zombies, which nobody may have reaped yet, do not count. */
final class Living {
    private static final Path PROC = Path.of("/proc");

    private Living() {}

    /** Whether that process lives. */
    static boolean is(long pid) {
        String stat = read(PROC.resolve(pid + "/stat"));
        int afterName = stat.lastIndexOf(')');
        return afterName >= 0 && "ZX".indexOf(stat.charAt(afterName + 2)) < 0;
    }

    /** The processes that have a text in their environment or command line; not this one. */
    static List<Long> mentioning(String text) {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> list = Files.list(PROC)) {
            list.forEach(directory -> {
                String name = directory.getFileName().toString();
                if (Character.isDigit(name.charAt(0)) && mentions(directory, text)) {
                    found.add(Long.parseLong(name));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.remove(ProcessHandle.current().pid());
        return found;
    }

    private static boolean mentions(Path directory, String text) {
        return read(directory.resolve("environ")).contains(text)
                || read(directory.resolve("cmdline")).contains(text);
    }

    /** Its command line, with blanks. */
    static String commandLine(long pid) {
        return read(PROC.resolve(pid + "/cmdline")).replace('\0', ' ').strip();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1);
        } catch (IOException _) {
            return ""; // it has gone meanwhile
        }
    }
}
