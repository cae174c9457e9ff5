package io.cattino.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.rpc.SubmissionCheck.Verdict;
import io.cattino.coordinator.wire.Durations;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.GroupSpec;
import io.cattino.proto.v1.OnDisconnect;
import io.cattino.proto.v1.PythonObject;
import io.cattino.proto.v1.PythonScript;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskSpec;
import io.cattino.proto.v1.Term;
import io.cattino.proto.v1.Term.Operator;
import io.cattino.proto.v1.Where;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubmissionCheckTest {
    private static final String NAME = "tasks[0].fullname";
    private static final PythonScript SCRIPT =
            PythonScript.newBuilder().setPath("/x/task.py").setPython("python3").build();
    private static final PythonObject OBJECT =
            PythonObject.newBuilder().setExportPath("0/1").setExportedName("a").build();

    private final SubmissionCheck check = new SubmissionCheck(ZoneId.of("Asia/Tokyo"));

    static Stream<Arguments> badInput() {
        return Stream.of(
                bad("no request id", "request_id", r -> r.clearRequestId()),
                bad("request id is no ULID", "request_id", r -> r.setRequestId("abc")),
                bad(
                        "request id over 128 bits",
                        "request_id",
                        r -> r.setRequestId("8" + "0".repeat(25))),
                bad("no task", "tasks", r -> r.clearTasks()),
                bad("no context", "context.working_directory", r -> r.clearContext()),
                bad(
                        "relative cwd",
                        "context.working_directory",
                        r -> r.getContextBuilder().setWorkingDirectory("a/b")),
                bad(
                        "NUL in cwd",
                        "context.working_directory",
                        r -> r.getContextBuilder().setWorkingDirectory("/a\0b")),
                bad("umask", "context.umask", r -> r.getContextBuilder().setUmask(01000)),
                bad("negative umask", "context.umask", r -> r.getContextBuilder().setUmask(-1)),
                bad(
                        "large script",
                        "context.script",
                        r ->
                                r.getContextBuilder()
                                        .setScript(ByteString.copyFrom(new byte[256 * 1024 + 1]))),
                bad(
                        "script not UTF-8",
                        "context.script",
                        r ->
                                r.getContextBuilder()
                                        .setScript(ByteString.copyFrom(new byte[] {(byte) 0xff}))),
                bad(
                        "env name with =",
                        "context.environment",
                        r -> r.getContextBuilder().putEnvironment("A=B", "c")),
                bad(
                        "env name empty",
                        "context.environment",
                        r -> r.getContextBuilder().putEnvironment("", "c")),
                bad(
                        "env with NUL",
                        "context.environment[A]",
                        r -> r.getContextBuilder().putEnvironment("A", "b\0")),
                bad(
                        "escape in user",
                        "context.user",
                        r -> r.getContextBuilder().setUser("ann\u001b[2J")),
                named("empty name", ""),
                named("dot dot", "../x"),
                named("absolute", "/etc/passwd"),
                named("empty part", "a//b"),
                named("slash at the end", "a/"),
                named("newline", "a\nb"),
                named("NUL", "a\0b"),
                named("bidi", "a\u202Eb"),
                named("isolate", "a\u2066b"),
                named("glob", "a*"),
                named("bracket", "a[1]"),
                named("reserved", "backend"),
                named("reserved part", "a/last"),
                named("dot", "."),
                named("dash", "-rf"),
                named("at", "@me"),
                named("long part", "x".repeat(255)),
                named("long in bytes", "ä".repeat(128)),
                named("long fullname", ("x".repeat(250) + "/").repeat(4) + "x".repeat(100)),
                named("deep", "a/".repeat(17) + "b"),
                task("no command", "tasks[0].command.argv", t -> t.clearCommand()),
                task(
                        "empty program",
                        "tasks[0].command.argv",
                        t -> t.getCommandBuilder().setArgv(0, "")),
                task(
                        "NUL in argument",
                        "tasks[0].command.argv[1]",
                        t -> t.getCommandBuilder().addArgv("a\0b")),
                task(
                        "10 MB argument",
                        "tasks[0].command.argv[1]",
                        t -> t.getCommandBuilder().addArgv("x".repeat(10_000_000))),
                task(
                        "2 MB of arguments",
                        "tasks[0].env",
                        t ->
                                Stream.generate(() -> "x".repeat(100_000))
                                        .limit(20)
                                        .forEach(t.getCommandBuilder()::addArgv)),
                task(
                        "shell of two",
                        "tasks[0].command.argv",
                        t -> t.getCommandBuilder().setShell(true).addArgv("b")),
                task("variable", "tasks[0].env", t -> t.putEnv("A\0", "b")),
                task(
                        "negative memory",
                        "tasks[0].devices.mib",
                        t -> t.getDevicesBuilder().setCount(1).setMib(-1)),
                task(
                        "zero memory",
                        "tasks[0].devices.mib",
                        t -> t.getDevicesBuilder().setCount(1).setMib(0)),
                task(
                        "overflowing memory",
                        "tasks[0].devices.mib",
                        t -> t.getDevicesBuilder().setCount(1).setMib(Long.MAX_VALUE)),
                task(
                        "share 0",
                        "tasks[0].devices.share_ppm",
                        t -> t.getDevicesBuilder().setCount(1).setSharePpm(0)),
                task(
                        "share over 1",
                        "tasks[0].devices.share_ppm",
                        t -> t.getDevicesBuilder().setCount(1).setSharePpm(1_000_001)),
                task(
                        "memory of no device",
                        "tasks[0].devices.count",
                        t -> t.getDevicesBuilder().setMib(5)),
                task(
                        "learned memory of no device",
                        "tasks[0].devices.count",
                        t -> t.getDevicesBuilder().getAutoBuilder()),
                task(
                        "negative count",
                        "tasks[0].devices.count",
                        t -> t.getDevicesBuilder().setCount(-1)),
                task(
                        "huge count",
                        "tasks[0].devices.count",
                        t -> t.getDevicesBuilder().setCount(1025)),
                task("cpus", "tasks[0].cpus", t -> t.setCpus(-1)),
                task("many cpus", "tasks[0].cpus", t -> t.setCpus(4097)),
                task("label without a name", "tasks[0].labels", t -> t.putLabels("", "x")),
                task("long label", "tasks[0].labels[a]", t -> t.putLabels("a", "x".repeat(257))),
                task(
                        "10 k labels",
                        "tasks[0].labels",
                        t ->
                                Stream.iterate(0, i -> i + 1)
                                        .limit(10_000)
                                        .forEach(i -> t.putLabels("k" + i, ""))),
                task("relative dir", "tasks[0].working_directory", t -> t.setWorkingDirectory("x")),
                task(
                        "lost too soon",
                        "tasks[0].lost_after",
                        t -> t.setLostAfter(Durations.ofMillis(14_999))),
                task(
                        "lost never",
                        "tasks[0].lost_after",
                        t -> t.setLostAfter(Durations.ofMillis(30L * 24 * 3_600_000 + 1))),
                task("unknown enum", "tasks[0].on_disconnect", t -> t.setOnDisconnectValue(99)),
                where("bad host", "nodes[0]", w -> w.addNodes("gpu-[4-1]")),
                where("control in host", "excluded[0]", w -> w.addExcluded("gpu\u0007")),
                where(
                        "unknown key",
                        "must[0]",
                        w -> w.addMust(term("gpu.modle", Operator.OPERATOR_EQUAL, "A100"))),
                where(
                        "no value",
                        "must[0]",
                        w -> w.addMust(term("gpu.model", Operator.OPERATOR_EQUAL))),
                where(
                        "empty value",
                        "must[0]",
                        w -> w.addMust(term("gpu.model", Operator.OPERATOR_EQUAL, ""))),
                where(
                        "word ordered",
                        "must[0]",
                        w -> w.addMust(term("gpu.kind", Operator.OPERATOR_ABOVE, "a"))),
                where(
                        "no operator",
                        "must[0]",
                        w -> w.addMust(term("gpu.memory", Operator.OPERATOR_UNSPECIFIED, "1"))),
                where(
                        "two memories",
                        "must[0]",
                        w -> w.addMust(term("gpu.memory", Operator.OPERATOR_EQUAL, "1", "2"))),
                where(
                        "memory of a share",
                        "must[0]",
                        w -> w.addMust(term("gpu.memory", Operator.OPERATOR_EQUAL, "0.5"))),
                where(
                        "version",
                        "must[0]",
                        w -> w.addMust(term("gpu.driver", Operator.OPERATOR_AT_LEAST, "new"))),
                where(
                        "label with value",
                        "must[0]",
                        w -> w.addMust(term("label.a", Operator.OPERATOR_PRESENT, "b"))),
                where(
                        "no label",
                        "must[0]",
                        w -> w.addMust(term("label.", Operator.OPERATOR_PRESENT))),
                where(
                        "node among terms",
                        "must[0]",
                        w -> w.addMust(term("node", Operator.OPERATOR_EQUAL, "a"))),
                where(
                        "bad host preferred",
                        "prefer[0]",
                        w -> w.addPrefer(term("node", Operator.OPERATOR_EQUAL, "a b"))),
                where(
                        "large",
                        "",
                        w ->
                                w.addMust(
                                        term(
                                                "label.a",
                                                Operator.OPERATOR_EQUAL,
                                                "x".repeat(17_000)))),
                where(
                        "many terms",
                        "prefer",
                        w ->
                                Stream.iterate(0, i -> i + 1)
                                        .limit(33)
                                        .forEach(i ->
                                                w.addPrefer(
                                                        term(
                                                                "label.l" + i,
                                                                Operator.OPERATOR_PRESENT)))),
                where(
                        "many nodes",
                        "nodes",
                        w ->
                                Stream.iterate(0, i -> i + 1)
                                        .limit(65)
                                        .forEach(i -> w.addNodes("n" + i))),
                bad("duplicate", "tasks[1].fullname", r -> r.addTasks(TestCoordinator.task("a"))),
                bad("task is a group", NAME, r -> r.addTasks(TestCoordinator.task("a/b"))),
                bad(
                        "empty group",
                        "groups[0].fullname",
                        r -> r.addGroups(GroupSpec.newBuilder().setFullname("g"))),
                bad(
                        "group name",
                        "groups[0].fullname",
                        r -> r.addGroups(GroupSpec.newBuilder().setFullname(".."))),
                bad("edge from", "edges[0].from", r -> r.addEdges(Edge.newBuilder().setTo("a"))),
                bad(
                        "edge to",
                        "edges[0].to",
                        r -> r.addEdges(Edge.newBuilder().setFrom("a").setTo("../a"))),
                bad(
                        "edge condition",
                        "edges[0].condition",
                        r ->
                                r.addEdges(
                                        Edge.newBuilder()
                                                .setFrom("a")
                                                .setTo("a")
                                                .setConditionValue(9))),
                bad("override", "override_mode", r -> r.setOverrideModeValue(77)));
    }

    static Stream<Arguments> badPython() {
        String script = "context.python_script";
        String object = "tasks[0].command.python";
        return Stream.of(
                python("relative script", script + ".path", s -> s.setPath("a.py"), o -> {}),
                python("no interpreter", script + ".python", s -> s.clearPython(), o -> {}),
                python(
                        "NUL in a path",
                        script + ".search_path",
                        s -> s.addSearchPath("\0"),
                        o -> {}),
                python("long seed", script + ".seed", s -> s.setSeed("x".repeat(5_000)), o -> {}),
                python(
                        "no export path",
                        object + ".export_path",
                        s -> {},
                        o -> o.clearExportPath()),
                python("no index", object + ".export_path", s -> {}, o -> o.setExportPath("0/x")),
                python("no hook", object + ".hooks", s -> {}, o -> o.addHooks("on_stop")),
                python("a kind", object + ".kind", s -> {}, o -> o.setKindValue(9)),
                python(
                        "a kind of the leader's",
                        object + ".kind",
                        s -> {},
                        o -> o.setKind(PythonObject.Kind.KIND_GROUP_END)),
                bad(
                        "no script",
                        object,
                        r -> r.getTasksBuilder(0).getCommandBuilder().setPython(OBJECT)),
                bad(
                        "hooks of an open group",
                        "groups[0].python",
                        r -> {
                            r.getContextBuilder().setPythonScript(SCRIPT);
                            r.getTasksBuilder(0).setFullname("g/a");
                            r.addGroups(
                                    GroupSpec.newBuilder()
                                            .setFullname("g")
                                            .setOpen(true)
                                            .setPython(OBJECT));
                        }),
                bad(
                        "hooks of a group without a script",
                        "groups[0].python",
                        r -> {
                            r.getTasksBuilder(0).setFullname("g/a");
                            r.addGroups(GroupSpec.newBuilder().setFullname("g").setPython(OBJECT));
                        }),
                bad("a task where hooks print", NAME, r -> hooked(r, "g/hooks.log")),
                bad("a group where hooks print", NAME, r -> hooked(r, "g/hooks.log/a")));
    }

    private static void hooked(SubmitRequest.Builder request, String task) {
        request.getContextBuilder().setPythonScript(SCRIPT);
        request.getTasksBuilder(0).setFullname(task);
        request.addGroups(GroupSpec.newBuilder().setFullname("g").setPython(OBJECT));
    }

    @Test
    void whereNoHooksPrintATaskMayBeCalledLikeTheirLog() {
        SubmitRequest.Builder request = TestCoordinator.submission("a", "h/hooks.log");
        hooked(request, "g/h/hooks.log");
        assertThat(check.check(request.build())).isInstanceOf(Verdict.Accepted.class);
    }

    private static Arguments python(
            String what,
            String field,
            Consumer<PythonScript.Builder> spoilScript,
            Consumer<PythonObject.Builder> spoilObject) {
        PythonScript.Builder script = SCRIPT.toBuilder();
        spoilScript.accept(script);
        PythonObject.Builder object = OBJECT.toBuilder();
        spoilObject.accept(object);
        return bad(
                what,
                field,
                r -> {
                    r.getContextBuilder().setPythonScript(script);
                    r.getTasksBuilder(0).getCommandBuilder().setPython(object);
                });
    }

    private static Arguments bad(String what, String field, Consumer<SubmitRequest.Builder> spoil) {
        return Arguments.of(what, field, spoil);
    }

    private static Arguments where(String what, String field, Consumer<Where.Builder> change) {
        String at = "tasks[0].where" + (field.isEmpty() ? "" : "." + field);
        return task(what, at, t -> change.accept(t.getWhereBuilder()));
    }

    private static Term term(String key, Operator operator, String... values) {
        return Term.newBuilder()
                .setKey(key)
                .setOperator(operator)
                .addAllValues(List.of(values))
                .build();
    }

    private static Arguments task(String what, String field, Consumer<TaskSpec.Builder> spoil) {
        return bad(what, field, r -> spoil.accept(r.getTasksBuilder(0)));
    }

    private static Arguments named(String what, String name) {
        return task(what, NAME, t -> t.setFullname(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"badInput", "badPython"})
    void refusesBadInputWithItsFieldAndItsFix(
            String what, String field, Consumer<SubmitRequest.Builder> spoil) {
        SubmitRequest.Builder request = TestCoordinator.submission("a");
        spoil.accept(request);
        assertThat(check.check(request.build()))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused ->
                                assertThat(refused.rejection())
                                        .isInstanceOfSatisfying(
                                                Rejection.Invalid.class,
                                                invalid -> {
                                                    assertThat(invalid.field()).isEqualTo(field);
                                                    assertThat(invalid.text()).isNotEmpty();
                                                    assertThat(invalid.hint()).isNotEmpty();
                                                }));
    }

    @Test
    void namesTheLimitOfTooManyEdges() {
        SubmitRequest.Builder request = TestCoordinator.submission("a");
        Edge edge = Edge.newBuilder().setFrom("a").setTo("a").build();
        for (int i = 0; i <= Limits.MAX_EDGES; i++) {
            request.addEdges(edge);
        }
        assertThat(check.check(request.build()))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused ->
                                assertThat(refused.rejection())
                                        .isInstanceOf(Rejection.Limit.class));
    }

    @Test
    void acceptsWhatIsAtTheLimits() {
        SubmitRequest.Builder request =
                TestCoordinator.submission("a/".repeat(16) + "b", "x".repeat(254), "日本語");
        request.getTasksBuilder(0)
                .setCpus(4096)
                .setPriority(Integer.MIN_VALUE)
                .getDevicesBuilder()
                .setCount(1024)
                .setSharePpm(1_000_000);
        request.getTasksBuilder(1)
                .setOnDisconnect(OnDisconnect.ON_DISCONNECT_WAIT)
                .getCommandBuilder()
                .addArgv("x".repeat(128 * 1024 - 1));
        request.getTasksBuilder(2).getDevicesBuilder().setCount(1).setMib(1L << 40);
        assertThat(check.check(request.build())).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void makesAnInputStampedInItsZone() {
        SubmitRequest.Builder request = TestCoordinator.submission("a");
        request.setRequestId(request.getRequestId().toLowerCase(java.util.Locale.ROOT));
        request.getTasksBuilder(0).getDevicesBuilder().setCount(2).setMib(100);
        Verdict.Accepted accepted = (Verdict.Accepted) check.check(request.build());
        Input.Submit submit = accepted.input().apply(new Time(5, 1_795_397_405_000L));
        assertThat(submit.stamp()).isEqualTo("2026-11-23/10-30-05");
        assertThat(submit.id().value()).isUpperCase();
        assertThat(submit.tasks().getFirst().devices())
                .isEqualTo(new DeviceNeed.Shared(2, new MemoryAsk.Mib(100)));
        assertThat(submit.tasks().getFirst().priority()).isEqualTo(1);
        assertThat(submit.override()).isEmpty();
    }

    @Test
    void digestsTheContentAndNotTheId() {
        SubmitRequest one = TestCoordinator.submission("a", "b").build();
        SubmitRequest same = one.toBuilder().setRequestId(TestCoordinator.newId()).build();
        SubmitRequest other = one.toBuilder().setAllowUnfit(true).build();
        assertThat(SubmissionCheck.digest(same)).isEqualTo(SubmissionCheck.digest(one));
        assertThat(SubmissionCheck.digest(other)).isNotEqualTo(SubmissionCheck.digest(one));
    }
}
