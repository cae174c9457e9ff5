package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.follow.Leaving;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.Drain;
import io.cattino.client.NodeInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** {@code meow drain}: no new tasks for a node. */
public final class DrainCommand extends MeowCommand {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private String node = "";
    private String reason = "";
    private boolean wait;

    public DrainCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Give a node no new tasks; running ones go on.");
        syntax.word("NODE").says("Its name").text(it -> node = it);
        syntax.option("--reason").label("TEXT").says("Why, for people").text(it -> reason = it);
        syntax.option("-W", "--wait")
                .says("Until none of its tasks runs any more; at most --timeout")
                .flag(it -> wait = it);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("--deadline", "--force");
    }

    @Override
    protected Exit execute() {
        Optional<Duration> limit = wait ? session().waitLimit() : Optional.empty();
        NodeInfo after = client().nodes().drain(node, Drain.reason(reason));
        String rest =
                switch (after.running()) {
                    case 0 -> "nothing runs on it";
                    case 1 -> "one task on it goes on";
                    default -> after.running() + " tasks on it go on";
                };
        output().note("%s is draining; %s.".formatted(after.name(), rest));
        if (wait) {
            waitUntilEmpty(limit);
            output().note("Nothing runs on %s any more.".formatted(after.name()));
        }
        output().hint("Let it take tasks again: meow undrain " + after.name());
        return Exit.OK;
    }

    /** Nodes have no events: they are looked at now and then. */
    private void waitUntilEmpty(Optional<Duration> limit) {
        long start = System.nanoTime();
        String leaving = "Stopped waiting; %s goes on draining.".formatted(node);
        try (Leaving _ = Leaving.say(output(), leaving)) {
            for (int running = running(); running > 0; running = running()) {
                long left =
                        limit.map(Duration::toNanos).orElse(Long.MAX_VALUE)
                                - (System.nanoTime() - start);
                if (left <= 0) {
                    throw Failure.of(
                            Exit.TIMEOUT,
                            "%s of %s still run; it goes on draining"
                                    .formatted(Text.count(running, "task"), node));
                }
                Thread.sleep(Duration.ofNanos(Math.min(left, PAUSE.toNanos())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while waiting");
        }
    }

    private int running() {
        return client().nodes().list().stream()
                .filter(found -> found.name().equals(node))
                .mapToInt(NodeInfo::running)
                .sum();
    }
}
