package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.TaskLifecycle.Ruling;
import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory.Fault;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.Outcome.Verdict;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.StopReason;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Tally;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The whole table: what every trigger does in every state. */
class TaskLifecycleTest {
    private static final Time AT = new Time(50_000, 1_795_000_000_000L);
    private static final TaskId ID = new TaskId(7);
    private static final AttemptId ATTEMPT = new AttemptId(ID, 2, 3);
    private static final List<DeviceShare> PEAKS = List.of(new DeviceShare(0, 11_210));

    /**
     * Columns. In the stopping ones the agent has not reported the start, but in {@code begun};
     * {@code !} is by force.
     */
    private static final Map<String, TaskState> STATES = new LinkedHashMap<>();

    static {
        STATES.put("blocked", new TaskState.Blocked());
        STATES.put("held", new TaskState.Held("20 nodes"));
        STATES.put("queued", new TaskState.Queued(0));
        STATES.put("placed", new TaskState.Placed(ATTEMPT));
        STATES.put("running", new TaskState.Running(ATTEMPT));
        STATES.put("st-kill", stopping(StopReason.KILL, false));
        STATES.put("st-kill!", stopping(StopReason.KILL, true));
        STATES.put("st-canc", stopping(StopReason.CANCEL, false));
        STATES.put("begun", stopping(StopReason.CANCEL, false));
        STATES.put("st-rem!", stopping(StopReason.REMOVE, true));
        STATES.put("st-exit", stopping(StopReason.SERVER_EXIT, false));
        STATES.put("st-drain", stopping(StopReason.DRAIN, false));
        STATES.put("st-over", stopping(StopReason.OVER_USE, false));
        STATES.put("done", finished(Verdict.DONE));
        STATES.put("failed", finished(Verdict.FAILED));
        STATES.put("cancelled", finished(Verdict.CANCELLED));
    }

    /** Rows. */
    private static final Map<String, Trigger> TRIGGERS = new LinkedHashMap<>();

    static {
        TRIGGERS.put("cancel", new Trigger.Cancel("by ann"));
        TRIGGERS.put("resume", new Trigger.Resume());
        TRIGGERS.put("rerun", new Trigger.Rerun());
        TRIGGERS.put("hold", new Trigger.Hold("by eve"));
        TRIGGERS.put("kill", new Trigger.Kill(false, "by bob"));
        TRIGGERS.put("kill!", new Trigger.Kill(true, "by bob"));
        TRIGGERS.put("remove", new Trigger.Remove());
        TRIGGERS.put("exit", new Trigger.ServerExit());
        TRIGGERS.put("drain", new Trigger.Drain("n1"));
        TRIGGERS.put("over-use", new Trigger.OverUse(true, "used 9"));
        TRIGGERS.put("started", new Trigger.Started(ATTEMPT, 4711, 1_000));
        TRIGGERS.put("ends-0", ended(new AttemptResult.Exited(0)));
        TRIGGERS.put("ends-3", ended(new AttemptResult.Exited(3)));
        TRIGGERS.put("ends-100", ended(new AttemptResult.Exited(100)));
        TRIGGERS.put("ends-oom", ended(new AttemptResult.OutOfMemory(1, Fault.OWN, "too big")));
        TRIGGERS.put(
                "no-launch",
                ended(
                        new AttemptResult.LaunchFailed(
                                ReasonCode.COMMAND_NOT_FOUND, "no x", "use y", 127)));
        TRIGGERS.put("not-begun", ended(new AttemptResult.NotStarted("disk full")));
        TRIGGERS.put("vanished", ended(new AttemptResult.Vanished("no trace")));
        TRIGGERS.put("lost", ended(new AttemptResult.Lost("rebooted")));
    }

    /**
     * <pre>
     * -    refused             ~    already so              S   Started
     * C    Cancelled           R    Resumed    H   Held      P   Purged
     * sK sK! sC sR! sX sD sO!  StopRequested of that reason
     * +C +K +K!                the same in place of a drain's, or of an over-use's
     * +!   the same stop by force, one number higher        +R! the same, and removed
     * eD eF eL                 Ended, and Done, Failed by exit code, Failed to launch
     * eR eV eI eQ              Ended, and requeued: retry, crash, infrastructure, drain
     * eM eO                    Ended, and Failed: out of memory, over-use
     * eK eC eX eP              Ended, and what the stop was for: Killed, Cancelled, ServerExit, Purged
     * </pre>
     */
    private static final String TABLE =
            """
                      blocked held queued placed running st-kill st-kill! st-canc begun st-rem! st-exit st-drain st-over done failed cancelled
            cancel    C       C    C      sC     sC      -       -        ~       ~     -       -       +C       +C      -    -      -
            resume    -       R    -      -      -       -       -        -       -     -       -       -        -       -    -      R
            rerun     -       R    -      -      -       -       -        -       -     -       -       -        -       R    R      R
            hold      H       ~    H      -      -       -       -        -       -     -       -       -        -       -    -      -
            kill      -       -    -      sK     sK      ~       ~        ~       ~     ~       ~       +K       +K      -    -      -
            kill!     -       -    -      sK!    sK!     +!      ~        +!      +!    ~       +!      +K!      +K!     -    -      -
            remove    P       P    P      sR!    sR!     +R!     +R!      +R!     +R!   ~       +R!     +R!      +R!     P    P      P
            exit      -       -    -      sX     sX      ~       ~        ~       ~     ~       ~       ~        ~       -    -      -
            drain     -       -    -      sD     sD      ~       ~        ~       ~     ~       ~       ~        ~       -    -      -
            over-use  -       -    -      -      sO!     ~       ~        ~       ~     ~       ~       ~        ~       -    -      -
            started   -       -    -      S      ~       S       S        S       ~     S       S       S        S       -    -      -
            ends-0    -       -    -      eD     eD      eK      eK       eC      eC    eP      eX      eQ       eD      -    -      -
            ends-3    -       -    -      eF     eF      eK      eK       eC      eC    eP      eX      eQ       eO      -    -      -
            ends-100  -       -    -      eR     eR      eK      eK       eC      eC    eP      eX      eQ       eO      -    -      -
            ends-oom  -       -    -      eM     eM      eK      eK       eC      eC    eP      eX      eQ       eO      -    -      -
            no-launch -       -    -      eL     eL      eK      eK       eC      eC    eP      eX      eQ       eL      -    -      -
            not-begun -       -    -      eI     eV      eK      eK       eC      eC    eP      eX      eQ       eI      -    -      -
            vanished  -       -    -      eV     eV      eK      eK       eC      eC    eP      eX      eQ       eV      -    -      -
            lost      -       -    -      eV     eV      eK      eK       eC      eC    eP      eX      eQ       eV      -    -      -
            """;

    @TestFactory
    Stream<DynamicTest> everyTriggerInEveryState() {
        List<DynamicTest> tests = new ArrayList<>();
        List<List<String>> rows = rows();
        List<String> columns = rows.getFirst();
        assertThat(columns).containsExactlyElementsOf(STATES.keySet());
        assertThat(rows.stream().skip(1).map(List::getFirst))
                .containsExactlyElementsOf(TRIGGERS.keySet());
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int i = 0; i < columns.size(); i++) {
                String trigger = row.getFirst();
                String state = columns.get(i);
                String cell = row.get(i + 1);
                tests.add(
                        DynamicTest.dynamicTest(
                                trigger + " in " + state + " is " + cell,
                                () -> check(state, trigger, cell)));
            }
        }
        return tests.stream();
    }

    private static List<List<String>> rows() {
        return TABLE.lines()
                .map(line -> List.of(line.strip().split(" +")))
                .filter(row -> row.size() > 1)
                .toList();
    }

    private static void check(String stateName, String triggerName, String cell) {
        TaskState state = value(STATES, stateName);
        Trigger trigger = value(TRIGGERS, triggerName);
        boolean begun = state instanceof TaskState.Running || stateName.equals("begun");
        Ruling ruling = TaskLifecycle.decide(task(state, begun), trigger, Settings.DEFAULTS, AT);
        switch (cell) {
            case "-" ->
                    assertThat(ruling)
                            .isEqualTo(new Ruling.Refuse(refusal(triggerName, stateName, state)));
            case "~" -> assertThat(ruling).isEqualTo(new Ruling.Already(already(triggerName)));
            default -> assertThat(ruling).isEqualTo(new Ruling.Go(facts(cell, state, trigger)));
        }
    }

    private static List<Fact> facts(String cell, TaskState state, Trigger trigger) {
        if (trigger instanceof Trigger.Ended(_, AttemptResult result, _, _, _, _, _)) {
            return List.of(
                    new Fact.Ended(AT, ATTEMPT, result, 2_000, 2, PEAKS), afterEnd(cell, result));
        }
        Fact fact =
                switch (cell) {
                    case "C" -> finish(Verdict.CANCELLED, ReasonCode.CANCELLED, "by ann", null);
                    case "R" -> new Fact.Resumed(AT, ID);
                    case "H" -> new Fact.Held(AT, ID, "by eve");
                    case "P" -> new Fact.Purged(AT, List.of(ID));
                    case "sK" -> stop(StopReason.KILL, false, 1, "by bob");
                    case "sK!" -> stop(StopReason.KILL, true, 1, "by bob");
                    case "sC" -> stop(StopReason.CANCEL, false, 1, "by ann");
                    case "sR!" -> stop(StopReason.REMOVE, true, 1, "");
                    case "sX" -> stop(StopReason.SERVER_EXIT, false, 1, "");
                    case "+!" -> stop(((TaskState.Stopping) state).stop().reason(), true, 6, "why");
                    case "+R!" -> stop(StopReason.REMOVE, true, 6, "");
                    case "+C" -> stop(StopReason.CANCEL, false, 6, "by ann");
                    case "+K" -> stop(StopReason.KILL, false, 6, "by bob");
                    case "+K!" -> stop(StopReason.KILL, true, 6, "by bob");
                    case "sD" -> stop(StopReason.DRAIN, false, 1, "node n1 is being emptied");
                    case "sO!" -> stop(StopReason.OVER_USE, true, 1, "used 9");
                    case "S" -> new Fact.Started(AT, ATTEMPT, 4711, 1_000);
                    default -> throw new AssertionError("no such cell: " + cell);
                };
        return List.of(fact);
    }

    private static Fact afterEnd(String cell, AttemptResult result) {
        Integer exit =
                switch (result) {
                    case AttemptResult.Exited(int code) -> code;
                    case AttemptResult.OutOfMemory(int code, _, _) -> code;
                    case AttemptResult.LaunchFailed(_, _, _, int code) -> code;
                    default -> null;
                };
        return switch (cell) {
            case "eD" -> finish(Verdict.DONE, ReasonCode.NONE, "", 0);
            case "eF" -> finish(Verdict.FAILED, ReasonCode.EXIT_CODE, "exit 3", 3);
            case "eL" ->
                    new Fact.Finished(
                            AT,
                            ID,
                            new Outcome(
                                    Verdict.FAILED,
                                    ReasonCode.COMMAND_NOT_FOUND,
                                    "no x",
                                    "use y",
                                    OptionalInt.of(127)));
            case "eM" -> tooLittle(ReasonCode.OUT_OF_MEMORY, "exit 1: too big", exit);
            case "eO" -> tooLittle(ReasonCode.OVER_USE, "why", exit);
            case "eR" -> new Fact.Requeued(AT, ID, Requeue.RETRY, 51_000);
            case "eV" -> new Fact.Requeued(AT, ID, Requeue.CRASH, 51_000);
            case "eQ" -> new Fact.Requeued(AT, ID, Requeue.DRAIN, 0);
            case "eI" -> new Fact.Requeued(AT, ID, Requeue.INFRASTRUCTURE, 51_000);
            case "eK" -> finish(Verdict.FAILED, ReasonCode.KILLED, "why", exit);
            case "eC" -> finish(Verdict.CANCELLED, ReasonCode.CANCELLED, "why", exit);
            case "eX" -> finish(Verdict.CANCELLED, ReasonCode.SERVER_EXIT, "why", exit);
            case "eP" -> new Fact.Purged(AT, List.of(ID));
            default -> throw new AssertionError("no such cell: " + cell);
        };
    }

    private static String refusal(String trigger, String state, TaskState value) {
        String ended =
                value instanceof TaskState.Finished(Outcome outcome, _)
                        ? outcome.verdict().status().word()
                        : "";
        return switch (trigger) {
            case "cancel" ->
                    switch (state) {
                        case "st-kill", "st-kill!" -> "is being stopped already (Killed)";
                        case "st-rem!" -> "is being stopped already (Removed)";
                        case "st-exit" -> "is being stopped already (ServerExit)";
                        default -> "has ended (" + ended + ")";
                    };
            case "resume" ->
                    switch (state) {
                        case "blocked", "queued" -> "is not cancelled: it is waiting";
                        case "placed", "running" -> "is not cancelled: it is running";
                        case "done", "failed" -> "is not cancelled: it has ended (" + ended + ")";
                        default -> "is still being stopped; resume it when it has ended";
                    };
            case "rerun" ->
                    switch (state) {
                        case "blocked", "queued" -> "has not ended: it is waiting";
                        default -> "has not ended: it is running";
                    };
            case "hold" ->
                    ended.isEmpty()
                            ? "is running: only what waits can be held"
                            : "has ended (" + ended + ")";
            case "kill", "kill!" ->
                    ended.isEmpty() ? "is not running" : "has ended (" + ended + ")";
            case "exit", "drain", "over-use" -> "is not running";
            default -> "is not placed";
        };
    }

    private static String already(String trigger) {
        return switch (trigger) {
            case "cancel" -> "is being cancelled";
            case "hold" -> "is held already";
            case "remove" -> "is being removed";
            case "started" -> "is running";
            default -> "is being stopped already";
        };
    }

    @Test
    void tableHasEveryStateAndEveryTrigger() {
        assertThat(classesOf(STATES.values())).isEqualTo(kindsOf(TaskState.class));
        assertThat(classesOf(TRIGGERS.values())).isEqualTo(kindsOf(Trigger.class));
        assertThat(
                        TRIGGERS.values().stream()
                                .flatMap(t ->
                                        t
                                                        instanceof
                                                        Trigger.Ended(
                                                                _,
                                                                AttemptResult result,
                                                                _,
                                                                _,
                                                                _,
                                                                _,
                                                                _)
                                                ? Stream.of(result)
                                                : Stream.empty())
                                .map(Object::getClass)
                                .collect(Collectors.<Class<?>>toSet()))
                .isEqualTo(kindsOf(AttemptResult.class));
        assertThat(
                        STATES.values().stream()
                                .flatMap(s ->
                                        s instanceof TaskState.Stopping(_, Stop stop)
                                                ? Stream.of(stop.reason())
                                                : Stream.empty()))
                .contains(StopReason.values());
        assertThat(
                        STATES.values().stream()
                                .flatMap(s ->
                                        s instanceof TaskState.Finished(Outcome outcome, _)
                                                ? Stream.of(outcome.verdict())
                                                : Stream.empty()))
                .contains(Verdict.values());
    }

    @Test
    void backoffDoublesFromOneSecondToOneMinute() {
        List<Long> delays = new ArrayList<>();
        Settings unlimited = Settings.DEFAULTS.withRetryLimit(0);
        for (int retries = 0; retries < 9; retries++) {
            Task task = task(new Tally(retries + 1, retries, 0, 0));
            Ruling ruling =
                    TaskLifecycle.decide(task, ended(new AttemptResult.Exited(100)), unlimited, AT);
            Fact last = ((Ruling.Go) ruling).facts().getLast();
            delays.add(((Fact.Requeued) last).notBeforeMonoMs() - AT.monoMs());
        }
        assertThat(delays)
                .containsExactly(
                        1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L,
                        60_000L);
    }

    @Test
    void limitsEndTheTaskOrHoldIt() {
        assertThat(lastFact(new Tally(17, 16, 0, 0), new AttemptResult.Exited(100)))
                .isEqualTo(
                        finish(
                                Verdict.FAILED,
                                ReasonCode.RETRY_LIMIT,
                                "exit 100 after 16 retries (retry-limit)",
                                100));
        assertThat(lastFact(new Tally(4, 0, 3, 0), new AttemptResult.Vanished("no trace")))
                .isEqualTo(finish(Verdict.FAILED, ReasonCode.CRASH_LIMIT, "no trace", null));
        assertThat(lastFact(new Tally(20, 0, 0, 19), new AttemptResult.NotStarted("disk full")))
                .isEqualTo(
                        new Fact.Held(
                                AT,
                                ID,
                                "could not be started 20 times in a row; the last: disk full"));
    }

    @Test
    void whatHadTooLittleMemoryIsTriedAgainAsItWasSaid() {
        TaskSpec small = Specs.mib("a", 1_000).with(new OomRetry(1_500));
        TaskSpec raised = Specs.mib("a", 1_500).with(new OomRetry(1_500));
        Fact again = new Fact.Requeued(AT, ID, Requeue.OUT_OF_MEMORY, 51_000);
        AttemptResult own = new AttemptResult.OutOfMemory(1, Fault.OWN, "too big");
        AttemptResult others = new AttemptResult.OutOfMemory(1, Fault.OTHERS, "b grew");
        TaskState over = stopping(StopReason.OVER_USE, true);

        assertThat(after(small, null, own, Optional.of(raised), Tally.ZERO))
                .containsExactly(again, new Fact.Changed(AT, ID, raised));
        assertThat(after(small, null, others, Optional.of(raised), Tally.ZERO))
                .containsExactly(again);
        assertThat(
                        after(
                                small,
                                over,
                                new AttemptResult.Exited(137),
                                Optional.of(raised),
                                Tally.ZERO))
                .containsExactly(again, new Fact.Changed(AT, ID, raised));
        assertThat(after(small, null, own, Optional.empty(), Tally.ZERO))
                .containsExactly(
                        finish(
                                Verdict.FAILED,
                                ReasonCode.OUT_OF_MEMORY,
                                "exit 1: too big (it had asked for all there is)",
                                1));
        assertThat(after(small, null, own, Optional.of(raised), new Tally(17, 16, 0, 0)))
                .containsExactly(
                        finish(
                                Verdict.FAILED,
                                ReasonCode.OUT_OF_MEMORY,
                                "exit 1: too big (after 16 retries, retry-limit)",
                                1));
    }

    /** What becomes true after the end itself. */
    private static List<Fact> after(
            TaskSpec spec,
            @Nullable TaskState state,
            AttemptResult result,
            Optional<TaskSpec> raised,
            Tally tally) {
        Task task =
                task(state == null ? new TaskState.Running(ATTEMPT) : state, true)
                        .with(spec)
                        .with(tally);
        Trigger end = new Trigger.Ended(ATTEMPT, result, 2_000, 0, List.of(), raised, "");
        Ruling ruling = TaskLifecycle.decide(task, end, Settings.DEFAULTS, AT);
        List<Fact> facts = ((Ruling.Go) ruling).facts();
        return facts.subList(1, facts.size());
    }

    private static Fact lastFact(Tally tally, AttemptResult result) {
        Ruling ruling = TaskLifecycle.decide(task(tally), ended(result), Settings.DEFAULTS, AT);
        return ((Ruling.Go) ruling).facts().getLast();
    }

    private static Set<Class<?>> classesOf(Iterable<?> values) {
        return Stream.of(values)
                .flatMap(all -> {
                    List<Object> list = new ArrayList<>();
                    all.forEach(list::add);
                    return list.stream();
                })
                .map(Object::getClass)
                .collect(Collectors.toSet());
    }

    private static Set<Class<?>> kindsOf(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses()).collect(Collectors.toSet());
    }

    private static <T> T value(Map<String, T> map, String key) {
        return Optional.ofNullable(map.get(key)).orElseThrow();
    }

    private static TaskState stopping(StopReason reason, boolean force) {
        return new TaskState.Stopping(ATTEMPT, new Stop(reason, force, 5, "why"));
    }

    private static TaskState finished(Verdict verdict) {
        Outcome outcome = new Outcome(verdict, ReasonCode.NONE, "", "", OptionalInt.empty());
        return new TaskState.Finished(outcome, 900);
    }

    private static Trigger ended(AttemptResult result) {
        return new Trigger.Ended(ATTEMPT, result, 2_000, 2, PEAKS, Optional.empty(), "");
    }

    private static Fact finish(
            Verdict verdict, ReasonCode code, String text, @Nullable Integer exit) {
        OptionalInt exitCode = exit == null ? OptionalInt.empty() : OptionalInt.of(exit);
        return new Fact.Finished(AT, ID, new Outcome(verdict, code, text, "", exitCode));
    }

    private static Fact tooLittle(ReasonCode code, String text, @Nullable Integer exit) {
        String hint = "ask for more (-M), or create it with --oom-retry x1.5";
        OptionalInt exitCode = exit == null ? OptionalInt.empty() : OptionalInt.of(exit);
        return new Fact.Finished(AT, ID, new Outcome(Verdict.FAILED, code, text, hint, exitCode));
    }

    private static Fact stop(StopReason reason, boolean force, int number, String text) {
        return new Fact.StopRequested(AT, ATTEMPT, new Stop(reason, force, number, text));
    }

    private static Task task(Tally tally) {
        return task(new TaskState.Placed(ATTEMPT), false).with(tally);
    }

    private static Task task(TaskState state, boolean begun) {
        Attempt attempt =
                new Attempt(
                        ATTEMPT,
                        new NodeId("id-n1"),
                        "n1",
                        List.of(),
                        Optional.empty(),
                        500,
                        begun ? 600 : 0,
                        begun ? 42 : 0,
                        Optional.empty(),
                        Optional.empty());
        return new Task(
                ID,
                Specs.cpu("a"),
                new SubmissionId("s1"),
                100,
                List.of(),
                0,
                state,
                new Tally(2, 0, 0, 0),
                List.of(attempt));
    }
}
