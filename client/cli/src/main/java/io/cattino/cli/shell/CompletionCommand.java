package io.cattino.cli.shell;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.serve.VersionCommand;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import picocli.CommandLine.Model.CommandSpec;

/** {@code meow completion}: what makes TAB work. */
public final class CompletionCommand extends MeowCommand {

    private String shell = "";
    private CommandSpec spec = CommandSpec.create();

    public CompletionCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Print what makes a shell complete meow's commands, options and the names of tasks.",
                "",
                "  bash   echo 'source <(meow completion bash)' >> ~/.bashrc",
                "  zsh    echo 'source <(meow completion zsh)' >> ~/.zshrc       (behind compinit)",
                "  fish   meow completion fish > ~/.config/fish/completions/meow.fish");
        syntax.word("SHELL").says("bash, zsh or fish").text(it -> shell = it);
        spec = syntax.spec();
    }

    @Override
    protected Exit execute() {
        if (!CompletionScript.SHELLS.contains(shell)) {
            throw Failure.usage(
                    "there is no completion for '%s'".formatted(shell),
                    Text.nearest(shell, CompletionScript.SHELLS)
                            .map("did you mean: meow completion %s ?"::formatted)
                            .orElse("there is: bash, zsh, fish"));
        }
        String script = new CompletionScript(spec.root(), VersionCommand.number()).of(shell);
        output().raw().print(script);
        return Exit.OK;
    }
}
