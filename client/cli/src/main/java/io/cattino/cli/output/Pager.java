package io.cattino.cli.output;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program in which people read what is longer than their screen. */
public final class Pager {

    private static final List<String> USUAL = List.of("less", "-FRX");
    private static final int NOT_FOUND = 127;

    private final List<String> command;
    private final Map<String, String> env;

    private Pager(List<String> command, Map<String, String> env) {
        this.command = command;
        this.env = env;
    }

    /** The one that the variables name; none if they say so: empty, or {@code cat}. */
    public static Optional<Pager> of(Map<String, String> env) {
        String named = env.getOrDefault("CATTINO_PAGER", env.get("PAGER"));
        if (named == null) {
            return Optional.of(new Pager(USUAL, env));
        }
        return named.isBlank() || named.strip().equals("cat")
                ? Optional.empty()
                : Optional.of(new Pager(List.of("sh", "-c", named), env));
    }

    /** Shows the lines until the reader has had enough; false if there is no such program. */
    public boolean show(List<String> lines) {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("LESS", "FRX");
        Optional.ofNullable(env.get("LESS"))
                .ifPresent(less -> builder.environment().put("LESS", less));
        try {
            Process pager = builder.start();
            write(lines, pager);
            return pager.waitFor() != NOT_FOUND;
        } catch (IOException _) {
            // There is no such program: the lines can be read without it.
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void write(List<String> lines, Process pager) {
        try (Writer writer =
                new OutputStreamWriter(pager.getOutputStream(), StandardCharsets.UTF_8)) {
            for (String line : lines) {
                writer.write(line);
                writer.write('\n');
            }
        } catch (IOException _) {
            // The reader left before the end.
        }
    }
}
