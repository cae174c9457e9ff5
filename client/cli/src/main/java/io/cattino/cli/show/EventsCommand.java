package io.cattino.cli.show;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.EventListing;
import io.cattino.client.EventQuery;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code meow events}: what happened. */
public final class EventsCommand extends MeowCommand {

    private static final int MOST = 10_000;
    private static final Fields<TaskEvent> FIELDS = fields();
    private static final List<String> COLUMNS =
            List.of(
                    "fullname",
                    "time",
                    "kind",
                    "status",
                    "attempt",
                    "node",
                    "exit_code",
                    "reason_text");

    private List<String> names = List.of();
    private List<String> tasks = List.of();
    private String node = "";
    private @Nullable String since;
    private int limit;
    private OutputOptions options = new OutputOptions();

    public EventsCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Show what happened to tasks, oldest first: as far back as the leader remembers.");
        syntax.words("NAME").says("Only of these tasks or groups").texts(it -> names = it);
        syntax.option("--task")
                .label("NAME")
                .says("The same as NAME; may be repeated")
                .texts(it -> tasks = it);
        syntax.option("--node")
                .label("NODE")
                .says("Only what happened there")
                .text(it -> node = it);
        syntax.option("--since")
                .label("TIME")
                .says("Only since then: 10m (ago), or 2026-11-22T08:00:00Z")
                .text(it -> since = it);
        syntax.option("--limit")
                .label("N")
                .says("Only the newest N; default 1,000, at most 10,000")
                .number(it -> limit = it);
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    private static Fields<TaskEvent> fields() {
        Fields<TaskEvent> fields = new Fields<>("an event");
        fields.add("fullname", TaskEvent::fullname);
        fields.add("time", TaskEvent::time);
        fields.add("kind", event -> word(event.kind()));
        fields.add("status", event -> event.status().word());
        fields.add("attempt", event -> event.attempt() == 0 ? null : event.attempt());
        fields.add("node", event -> event.node().isEmpty() ? null : event.node());
        fields.add("exit_code", TaskEvent::exitCode);
        fields.add(
                "reason", event -> event.reason().code().isEmpty() ? null : event.reason().code());
        fields.add(
                "reason_text", event -> event.reason().isNone() ? null : event.reason().toString());
        fields.add("id", TaskEvent::taskId);
        fields.add("revision", TaskEvent::revision);
        return fields;
    }

    static String word(TaskEvent.Kind kind) {
        return Arrays.stream(kind.name().split("_", -1))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    @Override
    protected Exit execute() {
        if (limit < 0 || limit > MOST) {
            throw Failure.usage("--limit is 1 to %d, not %d".formatted(MOST, limit));
        }
        names = Stream.concat(names.stream(), tasks.stream()).toList();
        EventQuery query = query();
        return options.show(output(), () -> listing(query));
    }

    private EventQuery query() {
        TaskQuery which = TaskQuery.all();
        if (!names.isEmpty() && Lookup.arePlain(names)) {
            // What was removed has a past too: nobody asks whether it is there.
            which = TaskQuery.names(names);
        } else if (!names.isEmpty()) {
            which =
                    TaskQuery.names(
                            new Lookup(client())
                                    .tasks(names).stream().map(TaskInfo::fullname).toList());
        }
        EventQuery query = EventQuery.of(which).onNode(node).newest(limit);
        return since == null ? query : query.since(Times.moment(since, output().clock()));
    }

    private Listing<TaskEvent> listing(EventQuery query) {
        EventListing found = client().events(query);
        if (found.events().isEmpty() && Lookup.arePlain(names) && !names.isEmpty()) {
            var _ = new Lookup(client()).tasks(names); // fails for what is neither there nor was
        }
        if (found.truncated()) {
            output().note("Older ones are left out; more of them: --limit " + MOST);
        }
        return new Listing.Many<>(FIELDS, found.events(), COLUMNS, FIELDS.names(), this::people);
    }

    private List<String> people(List<TaskEvent> events, Look look) {
        if (events.isEmpty()) {
            output().warn("No events.");
            return List.of();
        }
        Table table =
                new Table(
                        Column.of("AGE"),
                        Column.elastic("NAME"),
                        Column.of("EVENT"),
                        Column.optional("TRY", 2),
                        Column.optional("NODE", 1),
                        Column.elastic("REASON"));
        events.forEach(event -> table.row(row(event)));
        return table.lines(look);
    }

    private List<Cell> row(TaskEvent event) {
        Instant time = event.time();
        boolean ended = event.kind() == TaskEvent.Kind.FINISHED;
        String word = ended ? event.status().word() : word(event.kind());
        return List.of(
                Cell.orDash(time == null ? "" : Times.rough(output().since(time))),
                Cell.of(event.fullname()),
                new Cell(
                        TaskWords.glyph(event.status()) + " " + word,
                        TaskWords.colour(event.status())),
                Cell.orDash(event.attempt() == 0 ? "" : Integer.toString(event.attempt())),
                Cell.orDash(event.node()),
                Cell.of(reason(event)));
    }

    /** What an event tells beyond its kind. */
    static String reason(TaskEvent event) {
        Integer exit = event.exitCode();
        if (!event.reason().isNone() || exit == null) {
            return event.reason().toString();
        }
        return TaskWords.exit(exit);
    }
}
