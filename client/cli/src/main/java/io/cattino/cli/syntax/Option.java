package io.cattino.cli.syntax;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** An option of a command, or of all. Nothing is declared before the last call. */
public final class Option {

    private final CommandSpec spec;
    private final OptionSpec.Builder built;

    Option(CommandSpec spec, ScopeType scope, String... names) {
        this.spec = spec;
        this.built = OptionSpec.builder(names).scopeType(scope).hasInitialValue(false);
    }

    /** What its value is called. */
    public Option label(String label) {
        built.paramLabel(label);
        return this;
    }

    /** What its value is called, and all that the help shows of it. */
    public Option bare(String label) {
        built.paramLabel(label).hideParamSyntax(true);
        return this;
    }

    /** What it is for. */
    public Option says(String... lines) {
        built.description(lines);
        return this;
    }

    /** How many values it takes, such as {@code 0..1}. */
    public Option arity(String range) {
        built.arity(range);
        return this;
    }

    /** Several values may stand in one word, with commas between them. */
    public Option split() {
        built.splitRegex(",");
        return this;
    }

    /** Its value where it is not given. */
    public Option byDefault(String value) {
        built.defaultValue(value);
        return this;
    }

    /** Takes its value by itself. */
    public Option takes(IParameterConsumer consumer) {
        built.parameterConsumer(consumer);
        return this;
    }

    /** It asks for the help. */
    public void help() {
        spec.addOption(built.usageHelp(true).build());
    }

    /** It asks for the version. */
    public void version() {
        spec.addOption(built.versionHelp(true).build());
    }

    /** It is given, or it is not. */
    public void flag(Consumer<Boolean> target) {
        add(boolean.class, target);
    }

    /** It has a value. */
    public void text(Consumer<String> target) {
        add(String.class, target);
    }

    /** Its value is a whole number. */
    public void number(Consumer<Integer> target) {
        add(Integer.class, target);
    }

    /** Its value is a file or a directory. */
    public void path(Consumer<Path> target) {
        add(Path.class, target);
    }

    /** It may be repeated. */
    public void texts(Consumer<List<String>> target) {
        built.auxiliaryTypes(String.class);
        add(List.class, target);
    }

    /** It may be repeated; its values are files or directories. */
    public void paths(Consumer<List<Path>> target) {
        built.auxiliaryTypes(Path.class);
        add(List.class, target);
    }

    private void add(Class<?> type, Consumer<?> target) {
        Binding<?> binding = new Binding<>(target);
        spec.addOption(built.type(type).getter(binding).setter(binding).build());
    }
}
