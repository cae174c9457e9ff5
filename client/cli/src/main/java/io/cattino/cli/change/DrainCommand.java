package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.follow.Leaving;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.Drain;
import io.cattino.client.NodeInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code meow drain}: no new tasks for a node. */
public final class DrainCommand extends MeowCommand {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private String node = "";
    private String reason = "";
    private @Nullable String deadline;
    private boolean wait;

    public DrainCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Give a node no new tasks; running ones go on, for --deadline at most.");
        syntax.word("NODE").says("Its name").text(it -> node = it);
        syntax.option("--reason").label("TEXT").says("Why, for people").text(it -> reason = it);
        syntax.option("--deadline")
                .label("DURATION")
                .says(
                        "Stop what still runs on it then, and start it on other nodes: 0 (at once) to 30d. Default: never")
                .text(it -> deadline = it);
        syntax.option("-W", "--wait")
                .says("Until none of its tasks runs any more; at most --timeout")
                .flag(it -> wait = it);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("--force");
    }

    @Override
    protected Exit execute() {
        Optional<Duration> limit = wait ? session().waitLimit() : Optional.empty();
        Drain drain = drain();
        NodeInfo after = client().nodes().drain(node, drain);
        output().note("%s is draining; %s.".formatted(after.name(), rest(after)));
        if (wait) {
            waitUntilEmpty(limit);
            output().note("Nothing runs on %s any more.".formatted(after.name()));
        }
        output().hint("Let it take tasks again: meow undrain " + after.name());
        return Exit.OK;
    }

    private Drain drain() {
        Drain drain = Drain.reason(reason);
        if (deadline == null) {
            return drain;
        }
        try {
            return drain.within(Times.parse(deadline));
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--deadline: " + e.getMessage());
        }
    }

    /** What becomes of what runs there. */
    private static String rest(NodeInfo node) {
        int running = node.running();
        Duration left = node.drainRemaining();
        if (running == 0) {
            return "nothing runs on it";
        }
        if (left != null && left.isZero()) {
            return running == 1
                    ? "one task on it is stopped, to go elsewhere"
                    : running + " tasks on it are stopped, to go elsewhere";
        }
        return (running == 1 ? "one task on it goes on" : running + " tasks on it go on")
                + (left == null ? "" : ", for %s at most".formatted(Times.left(left)));
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
