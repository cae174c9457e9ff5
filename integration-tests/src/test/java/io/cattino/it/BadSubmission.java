package io.cattino.it;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskSpec;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A submission with one thing wrong.
 *
 * @param what is wrong
 * @param request the whole of it
 * @param code the status it must be refused with
 * @param field where the error must say it is; empty if there is no one place
 */
record BadSubmission(String what, SubmitRequest request, Status.Code code, String field) {
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    @Override
    public String toString() {
        return what;
    }

    /** All that we know how to do wrong. */
    static Stream<BadSubmission> all() {
        return Stream.of(names(), commands(), devices(), contexts(), rest(), edges())
                .flatMap(List::stream);
    }

    /** A new request id. */
    static String ulid() {
        UUID random = UUID.randomUUID();
        StringBuilder ulid = new StringBuilder("01");
        long bits = random.getMostSignificantBits() ^ (random.getLeastSignificantBits() << 1);
        for (int i = 0; i < 24; i++) {
            ulid.append(CROCKFORD.charAt((int) (bits & 31)));
            bits = Long.rotateRight(bits, 5) * 31 + 7;
        }
        return ulid.toString();
    }

    /** A task that could run. */
    static TaskSpec.Builder good(String name) {
        return TaskSpec.newBuilder()
                .setFullname(name)
                .setCommand(Command.newBuilder().addArgv("true"));
    }

    /** A submission of these that could be stored. */
    static SubmitRequest.Builder submission(TaskSpec.Builder... tasks) {
        SubmitRequest.Builder request =
                SubmitRequest.newBuilder()
                        .setRequestId(ulid())
                        .setContext(
                                Context.newBuilder()
                                        .setWorkingDirectory("/")
                                        .setUmask(022)
                                        .setUser("it")
                                        .setHost("localhost"));
        for (TaskSpec.Builder task : tasks) {
            request.addTasks(task);
        }
        return request;
    }

    private static BadSubmission of(String what, String field, SubmitRequest.Builder request) {
        return new BadSubmission(what, request.build(), INVALID_ARGUMENT, field);
    }

    private static BadSubmission task(
            String what, String field, Consumer<TaskSpec.Builder> change) {
        TaskSpec.Builder task = good("bad");
        change.accept(task);
        return of(what, "tasks[0]." + field, submission(task));
    }

    private static List<BadSubmission> names() {
        List<String> names =
                List.of(
                        "",
                        "..",
                        ".",
                        "../up",
                        "a/../b",
                        "a/./b",
                        "/root",
                        "a/",
                        "a//b",
                        "backend",
                        "g/backend",
                        "last",
                        "-n",
                        "@me",
                        "a*",
                        "a?",
                        "a[b",
                        "a\nb",
                        "a\u0007b",
                        "a\u0000b",
                        "a\u007fb",
                        "a\u202eb",
                        "a\u2066b",
                        "\u200f",
                        "x".repeat(255),
                        "ü".repeat(128),
                        "a/".repeat(17) + "deep",
                        ("y".repeat(250) + "/").repeat(5) + "long");
        return names.stream()
                .map(name ->
                        task(
                                "name '%s'".formatted(printable(name)),
                                "fullname",
                                task -> task.setFullname(name)))
                .toList();
    }

    private static String printable(String name) {
        String shown = name.length() > 20 ? name.substring(0, 20) + "…" : name;
        return shown.codePoints()
                .mapToObj(
                        c -> c < 0x20 || c > 0x17f ? "U+%04X".formatted(c) : Character.toString(c))
                .reduce("", String::concat);
    }

    private static List<BadSubmission> commands() {
        return List.of(
                task("no command", "command", TaskSpec.Builder::clearCommand),
                task("no program", "command.argv", t -> t.setCommand(Command.getDefaultInstance())),
                task("an empty program", "command.argv", t -> t.setCommand(argv(""))),
                task("NUL in an argument", "command.argv", t -> t.setCommand(argv("echo", "a\0b"))),
                task(
                        "a shell line in two",
                        "command.argv",
                        t -> t.setCommand(argv("echo", "b").setShell(true))),
                task(
                        "an argument above 128 KiB",
                        "command.argv",
                        t -> t.setCommand(argv("echo", "x".repeat(200_000)))),
                task(
                        "a command of 10 MB",
                        "command",
                        t -> t.setCommand(argv("echo", "x".repeat(10_000_000)))),
                task("a command above 1 MiB in sum", "", t -> t.setCommand(longArgv())));
    }

    private static Command.Builder argv(String... argv) {
        return Command.newBuilder().addAllArgv(List.of(argv));
    }

    private static Command.Builder longArgv() {
        Command.Builder command = argv("echo");
        for (int i = 0; i < 12; i++) {
            command.addArgv("x".repeat(100_000));
        }
        return command;
    }

    private static List<BadSubmission> devices() {
        return List.of(
                task("-1 devices", "devices", t -> t.setDevices(need(-1))),
                task("1025 devices", "devices", t -> t.setDevices(need(1025))),
                task("-1 MiB", "devices", t -> t.setDevices(need(1).setMib(-1))),
                task("0 MiB", "devices", t -> t.setDevices(need(1).setMib(0))),
                task("memory on no device", "devices", t -> t.setDevices(need(0).setMib(1))),
                task("a share of 0", "devices", t -> t.setDevices(need(1).setSharePpm(0))),
                task("a negative share", "devices", t -> t.setDevices(need(1).setSharePpm(-5))),
                task(
                        "a share above 1",
                        "devices",
                        t -> t.setDevices(need(1).setSharePpm(1_000_001))),
                task("-1 cores", "cpus", t -> t.setCpus(-1)),
                task(
                        "memory beyond all sense",
                        "devices.mib",
                        t -> t.setDevices(need(1).setMib(Long.MAX_VALUE))),
                new BadSubmission(
                        "more than any node has, near every overflow",
                        submission(good("bad").setDevices(need(1024).setMib(1L << 40))).build(),
                        FAILED_PRECONDITION,
                        ""));
    }

    private static DeviceNeed.Builder need(int count) {
        return DeviceNeed.newBuilder().setCount(count);
    }

    private static List<BadSubmission> contexts() {
        return List.of(
                context(
                        "a relative directory",
                        "working_directory",
                        c -> c.setWorkingDirectory("a")),
                context(
                        "NUL in the directory",
                        "working_directory",
                        c -> c.setWorkingDirectory("/a\0")),
                context("a umask above 0777", "umask", c -> c.setUmask(01000)),
                context("a negative umask", "umask", c -> c.setUmask(-1)),
                context("'=' in a variable", "environment", c -> c.putEnvironment("A=B", "c")),
                context("a variable without name", "environment", c -> c.putEnvironment("", "c")),
                context("NUL in a variable", "environment", c -> c.putEnvironment("A", "b\0")),
                context(
                        "a script above 256 KiB",
                        "script",
                        c -> c.setScript(ByteString.copyFrom(new byte[300_000]))));
    }

    private static BadSubmission context(
            String what, String field, Consumer<Context.Builder> change) {
        SubmitRequest.Builder request = submission(good("bad"));
        change.accept(request.getContextBuilder());
        return of(what, "context." + field, request);
    }

    private static List<BadSubmission> rest() {
        SubmitRequest.Builder manyLabels = submission(good("bad"));
        for (int i = 0; i < 65; i++) {
            manyLabels.getTasksBuilder(0).putLabels("k" + i, "v");
        }
        return List.of(
                of("no request id", "request_id", submission(good("bad")).clearRequestId()),
                of("a bad request id", "request_id", submission(good("bad")).setRequestId("../x")),
                of("no task", "tasks", submission()),
                of("65 labels", "tasks[0].labels", manyLabels),
                task("a label without key", "labels", t -> t.putLabels("", "v")),
                task("a long label", "labels", t -> t.putLabels("k", "v".repeat(257))),
                task("'=' in a variable", "env", t -> t.putEnv("A=B", "c")),
                task("a relative directory", "working_directory", t -> t.setWorkingDirectory("a")),
                task("an unknown enum value", "on_disconnect", t -> t.setOnDisconnectValue(99)),
                of(
                        "an unknown override mode",
                        "override_mode",
                        submission(good("bad")).setOverrideModeValue(99)),
                of("a name twice", "tasks[1].fullname", submission(good("bad"), good("bad"))),
                of("a task as a group", "tasks", submission(good("bad"), good("bad/in"))));
    }

    private static List<BadSubmission> edges() {
        List<BadSubmission> all = new ArrayList<>();
        all.add(edges("a task after itself", INVALID_ARGUMENT, edge("a", "a")));
        all.add(
                edges(
                        "a cycle of three",
                        INVALID_ARGUMENT,
                        edge("a", "b"),
                        edge("b", "c"),
                        edge("c", "a")));
        all.add(edges("after an unknown task", NOT_FOUND, edge("nobody", "b")));
        all.add(edges("an edge to an unknown task", INVALID_ARGUMENT, edge("a", "nobody")));
        all.add(edges("an edge without names", INVALID_ARGUMENT, Edge.newBuilder()));
        all.add(
                edges(
                        "an unknown condition",
                        INVALID_ARGUMENT,
                        edge("a", "b").setConditionValue(99)));
        return all;
    }

    private static BadSubmission edges(String what, Status.Code code, Edge.Builder... edges) {
        SubmitRequest.Builder request = submission(good("a"), good("b"), good("c"));
        for (Edge.Builder edge : edges) {
            request.addEdges(edge);
        }
        return new BadSubmission(what, request.build(), code, "");
    }

    private static Edge.Builder edge(String from, String to) {
        return Edge.newBuilder().setFrom(from).setTo(to);
    }
}
