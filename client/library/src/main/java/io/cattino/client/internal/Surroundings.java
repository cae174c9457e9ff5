package io.cattino.client.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What a process knows of where it runs. */
public final class Surroundings {

    private static final int USUAL_UMASK = 022;
    private static final int OCTAL = 8;

    private Surroundings() {}

    /**
     * Whether a variable belongs to this machine alone or is secret, so that it is not taken over
     * unasked.
     */
    public static boolean isDenied(String variable) {
        String name = variable.toUpperCase(Locale.ROOT);
        return name.startsWith("SSH_")
                || name.equals("DISPLAY")
                || name.endsWith("_VISIBLE_DEVICES")
                || name.startsWith("CATTINO_")
                || name.equals("TOKEN")
                || name.endsWith("_TOKEN")
                || name.contains("SECRET")
                || name.contains("PASSWORD");
    }

    /** The process's umask, where the system tells it (Linux); else the usual 022. */
    public static int umask() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("Umask:"))
                    .map(line -> Integer.parseInt(line.substring("Umask:".length()).strip(), OCTAL))
                    .findFirst()
                    .orElse(USUAL_UMASK);
        } catch (IOException | RuntimeException _) {
            return USUAL_UMASK;
        }
    }

    /** Who runs this process. */
    public static String user() {
        return System.getProperty("user.name", "");
    }

    /** Name of this machine, without asking any name server; empty if it is not told. */
    public static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException _) {
            String name = System.getenv("HOSTNAME");
            return name == null ? "" : name;
        }
    }
}
