package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An INPUT that is a Python script: run for what it exports. */
final class PythonInput {

    private PythonInput() {}

    /** Whether it is one; fails if it names one that is not there. */
    static boolean is(String input, Path directory) {
        if (!input.endsWith(".py")) {
            return false;
        }
        Path script = directory.resolve(input);
        if (Files.isRegularFile(script)) {
            return true;
        }
        if (input.chars().anyMatch(Character::isWhitespace)) {
            return false;
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
