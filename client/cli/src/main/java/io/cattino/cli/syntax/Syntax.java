package io.cattino.cli.syntax;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;

/**
 * What a command does and takes, in the order of its help. It is said by code, and not by picocli's
 * annotations: to read those takes a fifth of the time of a command.
 */
public final class Syntax {

    private final CommandSpec spec;
    private int words;

    /** Adds to this model. */
    public Syntax(CommandSpec spec) {
        this.spec = spec;
    }

    /** The model so far. */
    public CommandSpec spec() {
        return spec;
    }

    /** What the command does. */
    public void about(String... lines) {
        spec.usageMessage().description(lines);
    }

    /** How it is written, where the usual synopsis would not tell. */
    public void synopsis(String line) {
        spec.usageMessage().customSynopsis(line);
    }

    /** No help shows it. */
    public void hide() {
        spec.usageMessage().hidden(true);
    }

    /** An option; the last call says what its value is and where it goes. */
    public Option option(String... names) {
        return new Option(spec, ScopeType.LOCAL, names);
    }

    /** An option of all commands. */
    public Option common(String... names) {
        return new Option(spec, ScopeType.INHERIT, names);
    }

    /** The next word that is no option; the last call says where it goes. */
    public Word word(String label) {
        return new Word(spec, label, Integer.toString(words++));
    }

    /** All further words that are no options, however many; the last call says where they go. */
    public Word words(String label) {
        return new Word(spec, label, words + "..*").arity("0..*");
    }
}
