package io.cattino.cli.show;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.client.ClusterStatus;
import io.cattino.client.TaskStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meow status}: who leads and how much is going on. */
@Command(name = "status", description = "Show who leads, since when, and how much is going on.")
public final class StatusCommand extends MeowCommand {

    @Option(names = "--json", paramLabel = "", hideParamSyntax = true, description = "An object")
    private @Nullable String json;

    public StatusCommand(Session session) {
        super(session);
    }

    @Override
    public boolean speaksJson() {
        return json != null;
    }

    @Override
    protected Exit execute() {
        ClusterStatus status = client().cluster().status();
        Map<String, @Nullable Object> fields = fields(status);
        if (json != null) {
            output().json(fields);
        } else if (!output().toPeople()) {
            fields.forEach((key, value) -> output().values(List.of(key, text(value))));
        } else {
            people(status);
        }
        return Exit.OK;
    }

    private void people(ClusterStatus status) {
        Instant start = status.startTime();
        String up = start == null ? "" : ", up " + Times.exact(output().since(start));
        output().line(
                        "Leader   %s (PID %d%s, epoch %d)"
                                .formatted(status.leader(), status.pid(), up, status.epoch()));
        output().line(
                        "Version  %s%s"
                                .formatted(
                                        status.version(), status.allInOne() ? ", all in one" : ""));
        output().line("Nodes    %d of %d ready".formatted(status.nodesReady(), status.nodes()));
        long active = status.count(TaskStatus.RUNNING) + status.count(TaskStatus.WAITING);
        output().line(
                        "Tasks    %d running, %d waiting · %d done, %d failed, %d cancelled"
                                .formatted(
                                        status.count(TaskStatus.RUNNING),
                                        status.count(TaskStatus.WAITING),
                                        status.count(TaskStatus.DONE),
                                        status.count(TaskStatus.FAILED),
                                        status.count(TaskStatus.CANCELLED)));
        output().line("Files    " + status.home());
        if (active > 0) {
            output().hint("The %s: meow list".formatted(Text.count(active, "task")));
        }
    }

    private static Map<String, @Nullable Object> fields(ClusterStatus status) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("leader", status.leader());
        fields.put("epoch", status.epoch());
        fields.put("host", status.host());
        fields.put("pid", status.pid());
        fields.put("version", status.version());
        fields.put("git_revision", status.gitRevision());
        fields.put("start_time", status.startTime());
        fields.put("all_in_one", status.allInOne());
        fields.put("home", status.home());
        fields.put("nodes_ready", status.nodesReady());
        fields.put("nodes", status.nodes());
        for (TaskStatus word : TaskStatus.values()) {
            fields.put(word.word().toLowerCase(Locale.ROOT), status.count(word));
        }
        return fields;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "-";
            case Instant time -> Times.rfc3339(time);
            default -> value.toString();
        };
    }
}
