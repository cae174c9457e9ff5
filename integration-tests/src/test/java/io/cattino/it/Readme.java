package io.cattino.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the README tells people to type. */
final class Readme {
    private static final Pattern FIRST_BLOCK = Pattern.compile("(?s)\n```sh\n(.*?)\n```");

    private Readme() {}

    /** Its first commands, without those that get the clone. */
    static String firstCommands() throws IOException {
        Path readme = Distribution.checkout().resolve("README.md");
        Matcher matcher = FIRST_BLOCK.matcher(Files.readString(readme));
        if (!matcher.find()) {
            throw new AssertionError("no ```sh block in " + readme);
        }
        return matcher.group(1)
                .lines()
                .filter(line -> !line.startsWith("git clone") && !line.startsWith("cd "))
                .collect(Collectors.joining("\n"));
    }
}
