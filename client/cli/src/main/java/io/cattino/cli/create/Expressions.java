package io.cattino.cli.create;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Works out <code>${eval: 1 + 2}</code> in commands, with the user's own Python and before anything
 * is handed in: neither server nor node evaluates a command line.
 */
final class Expressions {
    /** With <code>$${</code> it is meant as it stands. */
    private static final Pattern EVAL = Pattern.compile("(?<!\\$)\\$\\{eval:[^}]*}?");

    private final String python;
    private final Path zip;

    Expressions(String python, Path zip) {
        this.python = python;
        this.zip = zip;
    }

    /** The first in a command. */
    static Optional<String> in(List<String> command) {
        Matcher matcher = EVAL.matcher(String.join(" ", command));
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    /** The commands, with what can be worked out worked out; fails if something cannot be. */
    List<List<String>> workOut(List<List<String>> commands) {
        List<List<String>> resolved = resolve(commands);
        resolved.stream()
                .flatMap(command -> in(command).stream())
                .findFirst()
                .ifPresent(left -> {
                    throw Failure.usage(
                            "'%s' cannot be worked out now".formatted(left),
                            "what is known only when a task runs: in a script, cattino.export(ProcTask(...))",
                            "as it stands: $" + left);
                });
        return resolved;
    }

    private List<List<String>> resolve(List<List<String>> commands) {
        JsonArray asked = new JsonArray();
        commands.forEach(command -> asked.add(array(command)));
        try {
            Process process =
                    new ProcessBuilder(python, zip.toString(), "resolve")
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(asked.toString().getBytes(StandardCharsets.UTF_8));
            }
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw Failure.usage("the command's ${eval: …} failed", "what Python said is above");
            }
            return list(JsonParser.parseString(said)).map(Expressions::texts).toList();
        } catch (IOException e) {
            throw Failure.of(
                    Exit.FAILED,
                    "${eval: …} needs Python, and %s cannot be run (%s)"
                            .formatted(python, e.getMessage()),
                    "another interpreter: meow create --python /path/to/python3 ...");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while Python worked out the command");
        }
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static List<String> texts(JsonElement array) {
        return list(array).map(JsonElement::getAsString).toList();
    }

    private static Stream<JsonElement> list(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false);
    }
}
