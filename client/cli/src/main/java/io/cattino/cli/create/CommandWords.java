package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.client.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command of a new task, from the words behind {@code create}: INPUT is a command line, which
 * is split once as a shell does; every further word is one argument, exactly as it is. Behind
 * {@code --} a command of several words is taken as it is from its first word on.
 */
public final class CommandWords {

    private CommandWords() {}

    /**
     * The program and its arguments; with {@code shell} the line alone.
     *
     * @param words INPUT and what follows
     * @param behindDashes how many of them came behind {@code --}
     */
    static List<String> of(List<String> words, int behindDashes, boolean shell) {
        List<String> further = words.subList(1, words.size());
        if (shell) {
            return List.of(
                    further.isEmpty()
                            ? words.getFirst()
                            : words.getFirst() + " " + CommandLine.join(further));
        }
        if (behindDashes == words.size() && words.size() > 1) {
            return words;
        }
        List<String> command = new ArrayList<>(CommandLine.split(words.getFirst()));
        if (command.isEmpty()) {
            throw Failure.usage(
                    "the command is empty",
                    "meow create \"python train.py\" -n train -c 1 -M 20000");
        }
        command.addAll(further);
        return command;
    }

    /**
     * A Python script is to be run for what it exports, which is not built yet; one that is not
     * there is a mistake.
     */
    static void checkScript(String input, Path directory) {
        if (!input.endsWith(".py")) {
            return;
        }
        Path script = directory.resolve(input);
        if (Files.isRegularFile(script)) {
            throw Failure.later(
                    "running a script for the tasks that it exports (%s)".formatted(input),
                    "as a command: meow create %s"
                            .formatted(CommandLine.quote("python3 " + input)));
        }
        if (input.chars().anyMatch(Character::isWhitespace)) {
            return;
        }
        throw Failure.usage(
                "there is no file '%s'".formatted(input),
                Text.nearest(
                                script.getFileName().toString(),
                                scripts(script.toAbsolutePath().getParent()))
                        .map(near -> "did you mean: %s ?".formatted(sibling(input, near)))
                        .orElse("looked in " + directory));
    }

    private static String sibling(String input, String name) {
        return input.substring(0, input.lastIndexOf('/') + 1) + name;
    }

    private static List<String> scripts(@Nullable Path directory) {
        if (directory == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".py"))
                    .sorted()
                    .toList();
        } catch (IOException _) {
            // Only for a suggestion: where nothing can be read, there is none.
            return List.of();
        }
    }
}
