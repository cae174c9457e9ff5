package io.cattino.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes: data to stdout, everything else to stderr. On a terminal for people, else
 * for programs. Thread-safe as the two streams are.
 */
public final class Output {

    private static final int USUAL_WIDTH = 80;
    private static final int WIDE = 200;
    private static final Pattern OUR_NAME = Pattern.compile("(?<![\\w./-])meow(?= [a-z-])");

    private final PrintStream out;
    private final PrintStream err;
    private final boolean toPeople;
    private final boolean errorToPeople;
    private final boolean colours;
    private final boolean errorColours;
    private final boolean quiet;
    private final Map<String, String> env;
    private final Terminals terminals;
    private final InstantSource clock;
    private final String typed;

    /**
     * Decides once how to write.
     *
     * @param colour {@code auto}, {@code always} or {@code never}
     * @param quiet without hints
     */
    public Output(
            PrintStream out,
            PrintStream err,
            Terminals terminals,
            Map<String, String> env,
            InstantSource clock,
            String colour,
            boolean quiet) {
        this.out = out;
        this.err = err;
        this.terminals = terminals;
        this.env = env;
        this.clock = clock;
        this.quiet = quiet;
        this.typed = env.getOrDefault("CATTINO_ARGV0", "meow");
        boolean forced = !env.getOrDefault("CATTINO_FORCE_TTY", "").isEmpty();
        this.toPeople = forced || terminals.output();
        this.errorToPeople = forced || terminals.error();
        this.colours = colours(colour, toPeople, env);
        this.errorColours = colours(colour, errorToPeople, env);
    }

    private static boolean colours(String wish, boolean terminal, Map<String, String> env) {
        if (!wish.equals("auto")) {
            return wish.equals("always");
        }
        if (!env.getOrDefault("NO_COLOR", "").isEmpty()) {
            return false;
        }
        String force = env.getOrDefault("CLICOLOR_FORCE", "");
        if (!force.isEmpty() && !force.equals("0")) {
            return true;
        }
        return terminal && !env.getOrDefault("TERM", "").equals("dumb");
    }

    /** Whether stdout is read by people. */
    public boolean toPeople() {
        return toPeople;
    }

    /** Whether stderr is read by people. */
    public boolean errorToPeople() {
        return errorToPeople;
    }

    /** Whether stdout is a terminal on which lines can be drawn again. */
    public boolean movesCursor() {
        return terminals.output() && !env.getOrDefault("TERM", "").equals("dumb");
    }

    /** Whether somebody can be asked. */
    public boolean canAsk() {
        return terminals.input() && terminals.error();
    }

    /** Whether stdout takes colours. */
    public boolean colours() {
        return colours;
    }

    /** Whether hints are left out. */
    public boolean quiet() {
        return quiet;
    }

    /** What people typed to run us. */
    public String typed() {
        return typed;
    }

    /** Columns of the terminal. */
    public int width() {
        int forced = number(env.get("CATTINO_FORCE_TTY"));
        if (forced > 1) {
            return forced;
        }
        int told = number(env.get("COLUMNS"));
        if (told > 0) {
            return told;
        }
        int asked = toPeople ? terminals.columns() : 0;
        return asked > 0 ? asked : USUAL_WIDTH;
    }

    /** Lines of the terminal; 0 if nobody knows. */
    public int rows() {
        return movesCursor() ? terminals.rows() : 0;
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    }

    /** What time it is. */
    public InstantSource clock() {
        return clock;
    }

    /** How long ago. */
    public Duration since(Instant time) {
        return Duration.between(time, clock.instant());
    }

    /** A line of data. */
    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Lines of data. */
    public void lines(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
    }

    /** Values in one line for programs. */
    public void values(List<String> values) {
        out.println(tabbed(values));
    }

    /** Values as one line for programs. */
    static String tabbed(List<String> values) {
        return String.join("\t", values.stream().map(Text::oneLine).toList());
    }

    /** Lines of data for people; in a pager if they are more than the screen has. */
    public void page(List<String> lines) {
        boolean longer = movesCursor() && rows() > 0 && lines.size() >= rows();
        flush();
        if (!longer || !Pager.of(env).map(pager -> pager.show(lines)).orElse(false)) {
            lines(lines);
        }
    }

    /** A table for people. */
    public void table(Table table) {
        lines(table.lines(toPeople ? width() : WIDE, colours));
    }

    /** A document for programs. */
    public void json(Object value) {
        line(Json.write(value, toPeople));
    }

    /** A failure as a document, on stderr. */
    public void errorJson(Object value) {
        err.println(Json.write(value, false));
        err.flush();
    }

    /** Raw bytes of data. */
    public PrintStream raw() {
        return out;
    }

    /** Something to know, on stderr; not with {@code -q}. */
    public void note(String text) {
        if (!quiet) {
            warn(text);
        }
    }

    /** One next step, on stderr; not with {@code -q}. */
    public void hint(String text) {
        if (!quiet) {
            err.println(Colour.DIM.paint(named(text), errorColours));
            err.flush();
        }
    }

    /** Something that must be said, on stderr. */
    public void warn(String text) {
        err.println(named(text));
        err.flush();
    }

    /** What went wrong and what to do, on stderr. */
    public void error(String message, Exit exit, List<String> next) {
        err.println(
                Colour.RED.paint("error:", errorColours)
                        + " "
                        + named(message)
                        + ", exit "
                        + exit.code());
        next.stream()
                .filter(line -> !line.isBlank())
                .forEach(line -> err.println("  " + named(line)));
        err.flush();
    }

    /** The stack of a failure, on stderr. */
    public void trace(Throwable failure) {
        failure.printStackTrace(err);
    }

    /** A question, on stderr, without a line end. */
    public void ask(String question) {
        err.print(question);
        err.flush();
    }

    /** Text in which commands are written as people would have to type them here. */
    public String named(String text) {
        return OUR_NAME.matcher(text).replaceAll(Matcher.quoteReplacement(typed));
    }

    /** Everything written so far goes out. */
    public void flush() {
        out.flush();
        err.flush();
    }
}
