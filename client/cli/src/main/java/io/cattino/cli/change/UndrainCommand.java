package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import org.jspecify.annotations.Nullable;

/** {@code meow undrain}: a node takes tasks again, or a card of it that was sick. */
public final class UndrainCommand extends MeowCommand {

    private String node = "";
    private @Nullable Integer gpu;

    public UndrainCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Let a node take tasks again, or a sick GPU of it.");
        syntax.word("NODE").says("Its name").text(it -> node = it);
        syntax.option("--gpu")
                .label("INDEX")
                .says(
                        "Not the node: its GPU that was taken out of use, and is well as you know. One that the driver has lost stays sick")
                .number(it -> gpu = it);
    }

    @Override
    protected Exit execute() {
        Integer card = gpu;
        if (card == null) {
            output().note("%s takes tasks again.".formatted(client().nodes().undrain(node).name()));
        } else {
            String name = client().nodes().undrain(node, card).name();
            output().note("%s was told to use GPU %d again.".formatted(name, card));
        }
        return Exit.OK;
    }
}
