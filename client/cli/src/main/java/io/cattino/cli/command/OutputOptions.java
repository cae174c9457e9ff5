package io.cattino.cli.command;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Format;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Rendering;
import io.cattino.cli.output.Repeating;
import io.cattino.cli.output.Times;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Stack;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** How a reading command tells what it found: the same options for all of them. */
public final class OutputOptions {

    private static final String USUAL_PAUSE = "2";

    private @Nullable String json;
    private @Nullable String format;
    private @Nullable String template;
    private boolean noHeader;
    private @Nullable String sort;
    private @Nullable String every;

    /** What it takes. */
    public void declare(Syntax syntax) {
        syntax.option("--json")
                .bare("[=FIELD,...]")
                .says("As JSON, with these fields")
                .text(it -> json = it);
        syntax.option("-o", "--output")
                .label("FORMAT")
                .says("table, wide, name, json, jsonl (an object a line) or yaml")
                .text(it -> format = it);
        syntax.option("--format")
                .label("TEMPLATE")
                .says("A line for each: '$${fullname} $${status}'")
                .text(it -> template = it);
        syntax.option("--no-header").says("Neither titles nor sums").flag(it -> noHeader = it);
        syntax.option("--sort")
                .label("[-]FIELD")
                .takes(new Descending())
                .says("By a field; with - the largest first")
                .text(it -> sort = it);
        syntax.option("-w", "--watch")
                .bare("[SEC]")
                .arity("0..1")
                .takes(new Seconds())
                .says("Again every 2 (or SEC) seconds, until ^C; on a pipe what is new")
                .text(it -> every = it);
    }

    /** Takes what looks like an option: {@code -priority} is a field, the largest first. */
    private static final class Descending implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> args, ArgSpec option, CommandSpec command) {
            if (args.isEmpty()) {
                throw new ParameterException(
                        command.commandLine(), "--sort needs a field: --sort priority");
            }
            option.setValue(args.pop());
        }
    }

    /** Takes the next word only if it is a number: else it is for somebody else. */
    private static final class Seconds implements IParameterConsumer {
        private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?(s|m|ms)?");

        @Override
        public void consumeParameters(Stack<String> args, ArgSpec option, CommandSpec command) {
            boolean told = !args.isEmpty() && NUMBER.matcher(args.peek()).matches();
            option.setValue(told ? args.pop() : USUAL_PAUSE);
        }
    }

    /** Whether JSON is wanted, of failures too; of the failure to name a format as well. */
    public boolean isJson() {
        return json != null || isJson(format);
    }

    /** The fields that were named behind {@code --json=}; empty: the usual ones. */
    public List<String> jsonFields() {
        return json == null
                ? List.of()
                : Arrays.stream(json.split(",", -1)).filter(name -> !name.isBlank()).toList();
    }

    /** Fails if the options make no sense together. */
    public void check() {
        long forms = Stream.of(json, format, template).filter(form -> form != null).count();
        if (forms > 1 && !(json != null && template == null && isJson(format))) {
            throw Failure.usage(
                    "--json, -o and --format exclude each other",
                    "fields of JSON: --json=fullname,status");
        }
        if (every != null && pause().isZero()) {
            throw Failure.usage("-w needs a time above 0: -w 2");
        }
        var _ = chosen();
    }

    private static boolean isJson(@Nullable String word) {
        return word != null
                && Stream.of(Format.JSON, Format.JSONL).anyMatch(f -> f.word().equals(word));
    }

    private Duration pause() {
        return Times.parse(every == null ? USUAL_PAUSE : every);
    }

    private Optional<Format> chosen() {
        if (format != null) {
            return Optional.of(Format.parse(format));
        }
        return json == null ? Optional.empty() : Optional.of(Format.JSON);
    }

    /** Shows what was found. */
    public Exit show(Output output, Supplier<? extends Listing<?>> find) {
        return show(output, find, List.of());
    }

    /**
     * Shows what was found.
     *
     * @param columns the fields that were chosen as columns; JSON gets them if it names none
     */
    public Exit show(Output output, Supplier<? extends Listing<?>> find, List<String> columns) {
        check();
        List<String> fields = jsonFields();
        Rendering rendering =
                new Rendering(
                        chosen(),
                        Optional.ofNullable(template),
                        fields.isEmpty() ? columns : fields,
                        Optional.ofNullable(sort),
                        !noHeader);
        if (every != null) {
            Supplier<List<String>> lines = () -> rendering.lines(find.get(), output);
            new Repeating(output, Repeating.Pause.of(pause())).show(patient(lines, output));
        } else {
            output.page(rendering.lines(find.get(), output));
        }
        return Exit.OK;
    }

    /** Whoever watches outlives a fail-over: the last picture stays until there is another one. */
    private static Supplier<List<String>> patient(Supplier<List<String>> lines, Output output) {
        return new Supplier<>() {
            private List<String> last = List.of();

            @Override
            public List<String> get() {
                try {
                    last = lines.get();
                } catch (MeowException.Unavailable e) {
                    output.warn("no answer, trying again: " + e.getMessage());
                }
                return last;
            }
        };
    }
}
