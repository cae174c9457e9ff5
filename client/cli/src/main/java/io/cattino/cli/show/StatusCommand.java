package io.cattino.cli.show;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.ClusterStatus;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code meow status}: who leads and how much is going on. */
public final class StatusCommand extends MeowCommand {

    private static final Fields<ClusterStatus> FIELDS = fields();

    private OutputOptions options = new OutputOptions();

    public StatusCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Show who leads, since when, and how much is going on.");
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    private static Fields<ClusterStatus> fields() {
        Fields<ClusterStatus> fields = new Fields<>("the status");
        fields.add("leader", ClusterStatus::leader);
        fields.add("epoch", ClusterStatus::epoch);
        fields.add("host", ClusterStatus::host);
        fields.add("pid", ClusterStatus::pid);
        fields.add("version", ClusterStatus::version);
        fields.add("git_revision", ClusterStatus::gitRevision);
        fields.add("start_time", ClusterStatus::startTime);
        fields.add("all_in_one", ClusterStatus::allInOne);
        fields.add("home", ClusterStatus::home);
        fields.add("nodes_ready", ClusterStatus::nodesReady);
        fields.add("nodes", ClusterStatus::nodes);
        for (TaskStatus word : TaskStatus.values()) {
            fields.add(word.word().toLowerCase(Locale.ROOT), status -> status.count(word));
        }
        fields.add("fence_hold", status -> Times.seconds(status.fenceHold()));
        return fields;
    }

    @Override
    protected Exit execute() {
        return options.show(output(), this::listing);
    }

    private Listing<ClusterStatus> listing() {
        ClusterStatus now = client().cluster().status();
        return new Listing.One<>(FIELDS, now, (rows, look) -> people(rows.getFirst(), look));
    }

    private List<String> people(ClusterStatus status, Look look) {
        Instant start = status.startTime();
        String up = start == null ? "" : ", up " + Times.exact(output().since(start));
        long active = status.count(TaskStatus.RUNNING) + status.count(TaskStatus.WAITING);
        if (active > 0 && look.header()) {
            output().hint("The %s: meow list".formatted(Text.count(active, "task")));
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                status.leader().isEmpty()
                        ? "Leader   none (the last epoch was %d)".formatted(status.epoch())
                        : "Leader   %s (PID %d%s, epoch %d)"
                                .formatted(status.leader(), status.pid(), up, status.epoch()));
        lines.add("Version  " + status.version() + (status.allInOne() ? ", all in one" : ""));
        lines.add("Nodes    %d of %d ready".formatted(status.nodesReady(), status.nodes()));
        Duration hold = status.fenceHold();
        if (hold != null) {
            lines.add("Fences   held: no node is given up for " + Times.left(hold));
        }
        lines.add(
                "Tasks    %d running, %d waiting · %d done, %d failed, %d cancelled"
                        .formatted(
                                status.count(TaskStatus.RUNNING),
                                status.count(TaskStatus.WAITING),
                                status.count(TaskStatus.DONE),
                                status.count(TaskStatus.FAILED),
                                status.count(TaskStatus.CANCELLED)));
        lines.add("Files    " + status.home());
        if (session().isUnencrypted()) {
            lines.add("Network  unencrypted, the token too: only where you trust it");
        }
        return lines;
    }
}
