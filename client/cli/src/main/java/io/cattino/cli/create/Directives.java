package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.client.CommandLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code #MEOW} lines at the head of a script: options of {@code create}, as {@code #SBATCH}
 * lines are options of sbatch. The head ends with the first line that is neither blank nor a
 * comment.
 *
 * @param lines the directives, in order
 * @param foreign whether there are lines for another scheduler
 */
record Directives(List<Line> lines, boolean foreign) {

    private static final String MARK = "#MEOW";
    private static final String FOREIGN = "#SBATCH";

    /** Far more than any head has; a file of another kind is not read to its end. */
    private static final int MOST_CHARACTERS = 1 << 16;

    /**
     * One line.
     *
     * @param number from 1
     * @param words the options, split as a shell does, without a comment at the end
     */
    record Line(int number, List<String> words) {}

    Directives {
        lines = List.copyOf(lines);
    }

    /** Those of a file; none if it is no script. */
    static Directives of(Path file) {
        char[] head = new char[MOST_CHARACTERS];
        int length = 0;
        // Bytes that are no UTF-8 become replacement characters: such a file has no directives.
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (int read = 0; read >= 0 && length < head.length; length += Math.max(0, read)) {
                read = reader.read(head, length, head.length - length);
            }
        } catch (IOException e) {
            throw Failure.usage("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
        return parse(file.toString(), new String(head, 0, length).lines().toList());
    }

    /** Those of these lines. */
    static Directives parse(String file, List<String> lines) {
        List<Line> found = new ArrayList<>();
        boolean foreign = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                break;
            }
            foreign |= line.startsWith(FOREIGN);
            if (line.equals(MARK) || line.startsWith(MARK + " ") || line.startsWith(MARK + "\t")) {
                found.add(new Line(i + 1, words(file, i + 1, line.substring(MARK.length()))));
            }
        }
        return new Directives(found, foreign);
    }

    private static List<String> words(String file, int number, String line) {
        List<String> words;
        try {
            words = CommandLine.split(line);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("%s, line %d: %s".formatted(file, number, e.getMessage()));
        }
        int comment = words.indexOf("#");
        return comment < 0 ? words : words.subList(0, comment);
    }
}
