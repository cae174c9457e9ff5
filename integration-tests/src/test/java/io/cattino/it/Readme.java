package io.cattino.it;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the pages tell people to type. */
final class Readme {
    private static final Pattern FIRST_BLOCK = Pattern.compile("(?s)\n```sh\n(.*?)\n```");

    private Readme() {}

    /** Its first commands, without those that get the clone. */
    static String firstCommands() throws IOException {
        return firstBlock("README.md")
                .lines()
                .filter(line -> !line.startsWith("git clone") && !line.startsWith("cd "))
                .collect(Collectors.joining("\n"));
    }

    /** The first commands of a page. */
    static String firstBlock(String page) throws IOException {
        Matcher matcher =
                FIRST_BLOCK.matcher(Files.readString(Distribution.checkout().resolve(page)));
        if (!matcher.find()) {
            throw new AssertionError("no ```sh block in " + page);
        }
        return matcher.group(1);
    }
}
