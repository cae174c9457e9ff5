package io.cattino.cli.output;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The forms in which a reading command tells what it found. */
public enum Format {
    /** Columns for people. */
    TABLE,
    /** All columns for people, however wide. */
    WIDE,
    /** Only the names, one a line. */
    NAME,
    /** One JSON document. */
    JSON,
    /** One JSON object a line. */
    JSONL,
    /** One YAML document. */
    YAML;

    /** The format of that name. */
    public static Format parse(String word) {
        List<String> words = Arrays.stream(values()).map(Format::word).toList();
        int found = words.indexOf(word.toLowerCase(Locale.ROOT));
        if (found < 0) {
            Optional<String> near = Text.nearest(word, words);
            throw Failure.usage(
                    "there is no output format '%s'".formatted(word),
                    near.map("did you mean: -o %s ?"::formatted)
                            .orElse("there are: " + String.join(" ", words)));
        }
        return values()[found];
    }

    /** Its name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
