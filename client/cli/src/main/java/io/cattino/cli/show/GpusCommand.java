package io.cattino.cli.show;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Text;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.NodeInfo;
import java.util.List;

/** {@code meow gpus}: the cards, and whose their memory is. */
public final class GpusCommand extends MeowCommand {

    private List<String> names = List.of();
    private boolean processes;
    private OutputOptions options = new OutputOptions();

    public GpusCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("List the GPUs of all machines: what is used, what is promised, and to whom.");
        syntax.words("NODE").says("Only of these machines").texts(it -> names = it);
        syntax.option("-p", "--processes")
                .says(
                        "A line for each attempt on a card, with its PID and what it was promised, and for each process that is no task's")
                .flag(it -> processes = it);
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    @Override
    protected Exit execute() {
        return options.show(output(), this::listing);
    }

    private Listing<Card> listing() {
        return new Listing.Many<>(
                Card.FIELDS,
                Card.of(nodes(), client()),
                Card.COLUMNS,
                Card.FIELDS.names(),
                this::people);
    }

    private List<NodeInfo> nodes() {
        List<NodeInfo> nodes = client().nodes().list();
        List<String> known = nodes.stream().map(NodeInfo::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw Failure.of(
                        Exit.UNKNOWN,
                        "there is no node '%s'".formatted(name),
                        Text.nearest(name, known)
                                .map("did you mean: %s ?"::formatted)
                                .orElse("see meow nodes"));
            }
        }
        return nodes.stream()
                .filter(node -> names.isEmpty() || names.contains(node.name()))
                .toList();
    }

    private List<String> people(List<Card> cards, Look look) {
        if (cards.isEmpty()) {
            output().warn("No GPUs. A machine without GPUs shares its memory: meow nodes");
            return List.of();
        }
        return new CardTable(
                        output(), processes ? CardTable.Detail.PROCESSES : CardTable.Detail.LINE)
                .lines(cards, look);
    }
}
