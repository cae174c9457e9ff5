package io.cattino.cli.syntax;

import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;

/** A word of a command that is no option, or several. Nothing is declared before the last call. */
public final class Word {

    private final CommandSpec spec;
    private final PositionalParamSpec.Builder built;

    Word(CommandSpec spec, String label, String index) {
        this.spec = spec;
        this.built =
                PositionalParamSpec.builder()
                        .paramLabel(label)
                        .index(index)
                        .arity("1")
                        .required(true)
                        .hasInitialValue(false);
    }

    /** What it is for. */
    public Word says(String... lines) {
        built.description(lines);
        return this;
    }

    /** How many there must and may be, such as {@code 0..1}. */
    public Word arity(String range) {
        Range count = Range.valueOf(range);
        built.arity(count).required(count.min() > 0);
        return this;
    }

    /** No help shows it. */
    public Word hidden() {
        built.hidden(true);
        return this;
    }

    /** It is one word. */
    public void text(Consumer<String> target) {
        add(String.class, target);
    }

    /** They are several words. */
    public void texts(Consumer<List<String>> target) {
        built.auxiliaryTypes(String.class);
        add(List.class, target);
    }

    private void add(Class<?> type, Consumer<?> target) {
        Binding<?> binding = new Binding<>(target);
        spec.addPositional(built.type(type).getter(binding).setter(binding).build());
    }
}
