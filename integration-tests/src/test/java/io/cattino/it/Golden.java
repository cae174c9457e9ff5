package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.CommandLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What commands print, one after the other, compared with a file that somebody has looked at.
 * {@code -Dcattino.golden=update} writes the files anew; look at the difference before committing
 * it.
 */
final class Golden {
    private static final Path FILES =
            Distribution.checkout().resolve("integration-tests/src/test/resources/golden");

    /** The same as it was printed: with the distances of the columns, for people to look at. */
    private static final Path RAW = Path.of("target/golden");

    private static final boolean UPDATE = "update".equals(System.getProperty("cattino.golden"));
    private static final Pattern LOG_LINE =
            Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\S+ (INFO|WARN) ");
    private static final Pattern HEADER =
            Pattern.compile("(?:[A-Z][A-Z%_]*(?: [A-Z]+)*(?: {2,}|$)){2,}");
    private static final Pattern TITLE = Pattern.compile("[A-Z%_]+(?: [A-Z]+)*");

    private final String name;
    private final Meow meow;
    private final Normal normal;
    private final StringBuilder seen = new StringBuilder();
    private final StringBuilder raw = new StringBuilder();

    Golden(String name, Meow meow, Normal normal) {
        this.name = name;
        this.meow = meow.with("CATTINO_ARGV0", "meow");
        this.normal = normal;
    }

    /** Runs a command, its streams being pipes. */
    @CanIgnoreReturnValue
    Golden pipe(String... arguments) {
        result("meow " + CommandLine.join(List.of(arguments)) + " | cat", meow.run(arguments));
        return this;
    }

    /**
     * Adds a mistake, made in some surroundings: it fails, says what and why in one to four lines,
     * and the last one says what to do.
     */
    @CanIgnoreReturnValue
    Golden mistake(String surroundings, Meow in, String... arguments) {
        String title = "meow " + CommandLine.join(List.of(arguments));
        Meow.Result result = withoutLog(in.with("CATTINO_ARGV0", "meow").run(arguments));
        result(surroundings.isEmpty() ? title : title + "   # " + surroundings, result);
        List<String> said = result.err().lines().toList();
        assertThat(result.exitCode()).as("exit of %s", title).isPositive();
        assertThat(said).as("%s", result).isNotEmpty().hasSizeLessThanOrEqualTo(4);
        assertThat(said.getFirst())
                .matches(
                        "error: .*, exit %d|\\{\"error\":\\{\"code\":.*}}"
                                .formatted(result.exitCode()));
        return this;
    }

    /** A server that fails to start has logged how it began. */
    private static Meow.Result withoutLog(Meow.Result result) {
        String err =
                result.err()
                        .lines()
                        .filter(line -> !LOG_LINE.matcher(line).find())
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        return new Meow.Result(result.command(), result.exitCode(), result.out(), err);
    }

    private void result(String title, Meow.Result result) {
        begin(title);
        result.out().lines().forEach(line -> add(line.replace("\t", " ⇥ ")));
        if (!result.err().isEmpty()) {
            add("──── stderr");
            result.err().lines().forEach(this::add);
        }
        end(result.exitCode());
    }

    /** Runs a command on terminals of these widths, without colours. */
    @CanIgnoreReturnValue
    Golden terminals(List<Integer> widths, String... arguments) {
        for (int width : widths) {
            terminal(meow.with("NO_COLOR", "1"), width, false, arguments);
        }
        return this;
    }

    /** Runs a command on a terminal, with its colours. */
    @CanIgnoreReturnValue
    Golden colours(int width, String... arguments) {
        terminal(meow, width, true, arguments);
        return this;
    }

    private void terminal(Meow with, int width, boolean painted, String... arguments) {
        Terminal terminal = with.terminal(width, arguments);
        terminal.result();
        terminal(terminal, painted, "meow " + CommandLine.join(List.of(arguments)));
    }

    /** Adds a terminal on which a command has ended. */
    @CanIgnoreReturnValue
    Golden terminal(Terminal ended, boolean painted, String title) {
        Meow.Result result = ended.result();
        List<Screen.Line> lines = ended.screen().lines();
        columnsLineUp(title, lines);
        begin(title + "   (" + ended.columns() + " columns" + (painted ? ", colours)" : ")"));
        (painted ? ended.screen().paintedLines() : lines).forEach(line -> add(line.text()));
        end(result.exitCode());
        return this;
    }

    private void begin(String title) {
        add("════ " + title);
    }

    private void add(String line) {
        raw.append(line).append('\n');
        seen.append(normal.line(line)).append('\n');
    }

    private void end(int exitCode) {
        add("──── exit " + exitCode);
        add("");
    }

    /** Each column of a table begins, or ends, where its title does, and fits the terminal. */
    private static void columnsLineUp(String title, List<Screen.Line> lines) {
        for (int at = 0; at < lines.size(); at++) {
            String header = lines.get(at).text();
            if (!HEADER.matcher(header).matches()) {
                continue;
            }
            List<Screen.Line> table = rows(lines.subList(at + 1, lines.size()));
            assertThat(table).as("rows of %s", title).noneMatch(Screen.Line::wrapped);
            for (MatchResult column : TITLE.matcher(header).results().toList()) {
                boolean left =
                        column.start() == 0
                                || table.stream().allMatch(row -> blank(row, column.start() - 1));
                boolean right = table.stream().allMatch(row -> blank(row, column.end()));
                assertThat(left || right)
                        .as("column %s of %s lines up:%n%s", column.group(), title, lines)
                        .isTrue();
            }
        }
    }

    /** A table ends with an empty line or with what sums it up. */
    private static List<Screen.Line> rows(List<Screen.Line> lines) {
        return lines.stream()
                .takeWhile(line -> !line.text().isBlank() && line.text().contains("  "))
                .toList();
    }

    private static boolean blank(Screen.Line row, int column) {
        String columns = Screen.byColumns(row.text());
        return column >= columns.length() || columns.charAt(column) == ' ';
    }

    /** Compares all of it with the file, or writes the file. */
    void check() {
        Path file = FILES.resolve(name + ".txt");
        try {
            Files.createDirectories(RAW);
            Files.writeString(RAW.resolve(name + ".txt"), raw);
            if (UPDATE) {
                Files.createDirectories(FILES);
                Files.writeString(file, seen);
            }
            assertThat(seen.toString())
                    .as("what commands print; all right? -Dcattino.golden=update writes %s", file)
                    .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
