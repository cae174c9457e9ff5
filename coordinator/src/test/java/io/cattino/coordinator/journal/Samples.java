package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Answer;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.Reply.Change;
import io.cattino.coordinator.core.StateImage;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory.Fault;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.OverUsePolicy;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.StopReason;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Tally;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One of everything, every field set: what the golden files hold. Never change one; add. */
final class Samples {
    static final Time AT = new Time(123_456, 1_790_000_000_123L);
    static final AttemptId ATTEMPT = new AttemptId(new TaskId(41), 2, 7);
    static final NodeId NODE = new NodeId("4be0643f-1d98-573b-97cd-ca98a65347dd");
    static final Settings SETTINGS =
            new Settings(
                    OverrideMode.RENAME,
                    true,
                    true,
                    5,
                    77,
                    LossPolicy.UNSAID,
                    OverUsePolicy.PROTECT);
    static final Drain DRAIN = new Drain("new disk", 1_790_000_000_456L, 0);
    static final Stop STOP = new Stop(StopReason.SERVER_EXIT, true, 3, "meow exit");

    private static final List<DeviceShare> PEAKS =
            List.of(new DeviceShare(0, 11_210), new DeviceShare(3, 8));

    private static final Work WORK = new Work(0xfedc_ba98_7654_3210L, 7);
    private static final MemoryRun RUN = new MemoryRun(11_210, true);

    private Samples() {}

    /** One fact of every kind. */
    static List<Fact> facts() {
        List<Fact> all = new ArrayList<>(firstFacts());
        all.addAll(newerFacts());
        return List.copyOf(all);
    }

    /** One fact of every kind that the first version knew. */
    static List<Fact> firstFacts() {
        return List.of(
                new Fact.EpochBegan(AT, 7, "host-a:19192"),
                submitted(),
                new Fact.Placed(AT, allocation(Allocation.Hold.HELD), "gpu-01", Optional.empty()),
                new Fact.Started(AT, ATTEMPT, 4711, 1_790_000_000_789L),
                new Fact.StopRequested(AT, ATTEMPT, STOP),
                new Fact.Ended(
                        AT,
                        ATTEMPT,
                        new AttemptResult.LaunchFailed(
                                ReasonCode.WORKDIR_MISSING,
                                "/gone is not there",
                                "make it there",
                                126),
                        1_790_000_000_999L,
                        0,
                        List.of()),
                new Fact.Released(AT, ATTEMPT),
                new Fact.Quarantined(AT, ATTEMPT, "process 4711 is in state D"),
                new Fact.Requeued(AT, new TaskId(41), Requeue.INFRASTRUCTURE, 124_456),
                new Fact.Held(AT, new TaskId(41), "20 failures in a row"),
                new Fact.Finished(AT, new TaskId(41), outcome()),
                new Fact.Resumed(AT, new TaskId(41)),
                new Fact.Purged(AT, List.of(new TaskId(41), new TaskId(300))),
                new Fact.SubmissionsForgotten(
                        AT, List.of(new SubmissionId("01JD0A"), new SubmissionId("01JD0B"))),
                new Fact.Changed(
                        AT,
                        new TaskId(41),
                        spec("g/t", new DeviceNeed.Shared(2, new MemoryAsk.Mib(10_000)))),
                new Fact.SettingsChanged(AT, SETTINGS),
                new Fact.NodeRegistered(AT, node(DRAIN)),
                new Fact.DrainSet(AT, NODE, Optional.of(DRAIN)),
                new Fact.NodeForgotten(AT, NODE),
                new Fact.Checkpoint(AT, 0xfedc_ba98_7654_3210L));
    }

    /**
     * A kind of the first version with what came later; its golden bytes have a file of their own.
     */
    static Fact endedInGroupStart() {
        return new Fact.Ended(
                AT, ATTEMPT, new AttemptResult.Exited(143), 1_790_000_000_999L, 2, List.of());
    }

    /** That one again, with what came even later. */
    static Fact endedWithPeaks() {
        return new Fact.Ended(
                AT, ATTEMPT, new AttemptResult.Exited(0), 1_790_000_000_999L, 0, PEAKS);
    }

    /** Kinds that came later: the golden record was written without them. */
    private static List<Fact> newerFacts() {
        return List.of(
                new Fact.ParentsChanged(
                        AT,
                        new TaskId(41),
                        List.of(
                                new Dependency(new TaskId(9), "old", Dependency.Condition.ANY),
                                new Dependency(
                                        new TaskId(40), "g/t", Dependency.Condition.SUCCESS))),
                new Fact.OverUsed(AT, ATTEMPT, new DeviceShare(3, 20_500)),
                new Fact.GroupEnding(AT, "g/h", new TaskId(42), Optional.of(NODE)),
                new Fact.NodeAway(AT, NODE, 423_456),
                new Fact.FenceHoldSet(AT, 3_723_456),
                answered(
                        new Answer.Changes(
                                List.of(
                                        new Change("g/t", 41, Change.Outcome.CHANGED, ""),
                                        new Change("g/u", 42, Change.Outcome.WRONG_STATE, "ended"),
                                        new Change("x", 0, Change.Outcome.NOT_FOUND, "no x")))),
                new Fact.AnswersForgotten(AT, 3),
                new Fact.MemoryMeasured(AT, ATTEMPT, WORK, "H100", RUN));
    }

    private static Fact.Answered answered(Answer answer) {
        return new Fact.Answered(AT, "01JD0C", "d1635t", answer);
    }

    /** Kinds of before with fields that came with loss of contact, by the names of golden files. */
    static Map<String, Fact> factsWithLoss() {
        return Map.of(
                "PlacedWithLoss",
                new Fact.Placed(
                        AT,
                        allocation(Allocation.Hold.HELD),
                        "gpu-01",
                        Optional.of(new ContactLoss(300_000, true))),
                "DrainSetWithDeadline",
                new Fact.DrainSet(AT, NODE, Optional.of(new Drain("new disk", 17, 723_456))),
                "SettingsChangedWithLoss",
                new Fact.SettingsChanged(
                        AT, SETTINGS.withLoss(new LossPolicy(OnDisconnect.FAIL, 20_000))),
                "ChangedWithLoss",
                new Fact.Changed(
                        AT,
                        new TaskId(41),
                        spec("g/t", new DeviceNeed.None())
                                .with(new LossPolicy(OnDisconnect.WAIT, 86_400_123))),
                "NodeRegisteredAway",
                new Fact.NodeRegistered(AT, node(null).awayUntil(423_456)),
                "RequeuedByDrain",
                new Fact.Requeued(AT, new TaskId(41), Requeue.DRAIN, 0),
                "StopRequestedByDrain",
                new Fact.StopRequested(
                        AT, ATTEMPT, new Stop(StopReason.DRAIN, false, 1, "gpu-01 is emptied")),
                "AnsweredWithNode",
                answered(new Answer.OfNode(node(DRAIN))),
                "AnsweredWithTask",
                answered(new Answer.OfTask(new TaskId(41))));
    }

    /** Kinds of before with fields that came with verdicts on memory, by names of golden files. */
    static Map<String, Fact> factsOnMemory() {
        return Map.of(
                "EndedOutOfMemory",
                new Fact.Ended(
                        AT,
                        ATTEMPT,
                        new AttemptResult.OutOfMemory(1, Fault.OTHERS, "g/u grew"),
                        1_790_000_000_999L,
                        0,
                        PEAKS),
                "RequeuedOutOfMemory",
                new Fact.Requeued(AT, new TaskId(41), Requeue.OUT_OF_MEMORY, 1_000),
                "StopRequestedByOverUse",
                new Fact.StopRequested(
                        AT, ATTEMPT, new Stop(StopReason.OVER_USE, true, 1, "used 20500")),
                "SettingsChangedWithOverUse",
                new Fact.SettingsChanged(AT, SETTINGS.withOverUse(OverUsePolicy.KILL)),
                "ChangedWithOomRetry",
                new Fact.Changed(
                        AT,
                        new TaskId(41),
                        spec("g/t", new DeviceNeed.None()).with(new OomRetry(1_500))));
    }

    /** What came to images with reasons of quarantine. */
    static StateImage imageWithTrouble() {
        StateImage first = image();
        return new StateImage(
                first.revision(),
                first.epoch(),
                first.nextTask(),
                first.now(),
                first.settings(),
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(allocation(Allocation.Hold.HELD).quarantined("device 0 still shows 9 MiB")),
                List.of(),
                List.of(),
                List.of());
    }

    /** One of each, every comparison among them. */
    static final Term[] TERMS = {
        new Term.Name(true, List.of("gpu-0[1-4]", "gpu-9")),
        new Term.Label("rack", false, List.of("r1", "r*")),
        new Term.Label("ssd", true, List.of()),
        new Term.Label("old", false, List.of()),
        new Term.Model(true, List.of("A100*", "RTX 6000 Ada")),
        new Term.Kind(false, List.of("rocm")),
        new Term.Memory(Term.Order.EQUAL, 0),
        new Term.Memory(Term.Order.AT_LEAST, 40_960),
        new Term.Memory(Term.Order.BELOW, 81_920),
        new Term.Driver(Term.Order.ABOVE, "535"),
        new Term.Driver(Term.Order.AT_MOST, "570.86.15"),
        new Term.Driver(Term.Order.NOT_EQUAL, "550.54"),
    };

    /** A task that says where it may run. */
    static Fact changedWithWhere() {
        return new Fact.Changed(
                AT,
                new TaskId(41),
                spec("g/t", new DeviceNeed.None())
                        .withWhere(
                                new Where(
                                        List.of("gpu-0[1-4]", "big-*"),
                                        List.of("gpu-03"),
                                        Arrays.stream(TERMS)
                                                .filter(term -> !(term instanceof Term.Name))
                                                .toList(),
                                        List.of(TERMS))));
    }

    /** What came to images later. */
    static StateImage laterImage() {
        StateImage first = image();
        return new StateImage(
                first.revision(),
                first.epoch(),
                first.nextTask(),
                first.now(),
                first.settings(),
                3_723_456,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(node(null).awayUntil(423_456)),
                List.of(
                        answered(new Answer.OfSettings()),
                        new Fact.Answered(AT, "01JD0D", "d", new Answer.OfFenceHold())),
                List.of());
    }

    /** What came to images later still. */
    static StateImage imageWithPeaks() {
        return imageOf(attempt(null).ended(new Attempt.End(new AttemptResult.Exited(0), 4, PEAKS)));
    }

    /** What came to images with verdicts on memory. */
    static StateImage imageWithOverUse() {
        Attempt.End end =
                new Attempt.End(
                        new AttemptResult.OutOfMemory(134, Fault.OWN, "too big"), 4, List.of());
        return imageOf(attempt(null).overUsed(new DeviceShare(3, 20_500)).ended(end));
    }

    private static StateImage imageOf(Attempt attempt) {
        StateImage first = image();
        return new StateImage(
                first.revision(),
                first.epoch(),
                first.nextTask(),
                first.now(),
                first.settings(),
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(task(1, new TaskState.Queued(55)).withLast(attempt)),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** What came to images with memory that is learned. */
    static StateImage imageWithMemory() {
        StateImage first = image();
        return new StateImage(
                first.revision(),
                first.epoch(),
                first.nextTask(),
                first.now(),
                first.settings(),
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(answered(new Answer.OfSettings())),
                List.of(
                        new MemoryRuns(WORK.family(), "A100", List.of(RUN)),
                        new MemoryRuns(
                                WORK.family(), "H100", List.of(RUN, new MemoryRun(12, false))),
                        new MemoryRuns(WORK.exact(), "H100", List.of(RUN))));
    }

    /** A kind of the first version, of a task whose memory is learned. */
    static Fact changedToAuto() {
        return new Fact.Changed(
                AT,
                new TaskId(41),
                spec("g/t", new DeviceNeed.Shared(2, new MemoryAsk.Auto(WORK))));
    }

    private static Fact submitted() {
        return new Fact.Submitted(
                AT,
                new SubmissionId("01JD0A0000000000000000TEST"),
                "d1635t",
                context(),
                "/srv/cattino/2026-11-23/08-00-01",
                41,
                List.of(
                        new Fact.NewTask(
                                spec("g/one", new DeviceNeed.Whole(2)),
                                List.of(
                                        new Dependency(
                                                new TaskId(9), "old", Dependency.Condition.ANY))),
                        new Fact.NewTask(
                                spec(
                                        "g/two",
                                        new DeviceNeed.Shared(1, new MemoryAsk.Share(500_000))),
                                List.of(
                                        new Dependency(
                                                new TaskId(41),
                                                "g/one",
                                                Dependency.Condition.SUCCESS))),
                        new Fact.NewTask(spec("three", new DeviceNeed.None()), List.of())),
                List.of(new Group("g", true), new Group("h", false)));
    }

    /** An image with one of everything. */
    static StateImage image() {
        List<Task> tasks = new ArrayList<>();
        List<TaskState> states =
                List.of(
                        new TaskState.Blocked(),
                        new TaskState.Held("text"),
                        new TaskState.Queued(55),
                        new TaskState.Placed(ATTEMPT),
                        new TaskState.Running(ATTEMPT),
                        new TaskState.Stopping(ATTEMPT, STOP),
                        new TaskState.Finished(outcome(), 1_790_000_001_000L),
                        new TaskState.Finished(
                                new Outcome(
                                        Outcome.Verdict.DONE,
                                        ReasonCode.NONE,
                                        "",
                                        "",
                                        OptionalInt.empty()),
                                5));
        for (TaskState state : states) {
            tasks.add(task(tasks.size() + 1, state));
        }
        return new StateImage(
                1234,
                7,
                301,
                AT,
                SETTINGS,
                0,
                List.of(context()),
                List.of(
                        new Submission(
                                new SubmissionId("01JD0A"),
                                "digest",
                                "c0ffee",
                                "/srv/run",
                                1_790_000_000_000L,
                                List.of(new TaskId(1), new TaskId(2)))),
                List.of(new Group("g", true), new Group("h", false)),
                tasks,
                List.of(
                        allocation(Allocation.Hold.HELD),
                        allocation(Allocation.Hold.CLEANING),
                        allocation(Allocation.Hold.QUARANTINED)),
                List.of(node(DRAIN), node(null)),
                List.of(),
                List.of());
    }

    private static Task task(long id, TaskState state) {
        return new Task(
                new TaskId(id),
                spec("g/t" + id, new DeviceNeed.Shared(2, new MemoryAsk.Mib(10_000))),
                new SubmissionId("01JD0A"),
                1_790_000_000_000L,
                List.of(new Dependency(new TaskId(9), "old", Dependency.Condition.ANY)),
                1,
                state,
                new Tally(4, 3, 2, 1),
                List.of(
                        attempt(new AttemptResult.Exited(100)),
                        attempt(
                                new AttemptResult.LaunchFailed(
                                        ReasonCode.NOT_EXECUTABLE,
                                        "not executable",
                                        "chmod +x it",
                                        126)),
                        attempt(new AttemptResult.NotStarted("no memory")),
                        attempt(new AttemptResult.Vanished("no record")),
                        attempt(new AttemptResult.Lost("rebooted")),
                        attempt(null)));
    }

    private static Attempt attempt(@Nullable AttemptResult result) {
        return new Attempt(
                ATTEMPT,
                NODE,
                "gpu-01",
                List.of(new DeviceShare(0, 10_000), new DeviceShare(3, 20_000)),
                Optional.empty(),
                1,
                2,
                3,
                Optional.ofNullable(result).map(known -> new Attempt.End(known, 4, List.of())),
                Optional.empty());
    }

    static Allocation allocation(Allocation.Hold hold) {
        return new Allocation(
                ATTEMPT,
                NODE,
                List.of(new DeviceShare(0, 10_000), new DeviceShare(3, 20_000)),
                true,
                4,
                hold,
                "");
    }

    static Outcome outcome() {
        return new Outcome(
                Outcome.Verdict.FAILED,
                ReasonCode.EXIT_CODE,
                "exit code 0 is kept",
                "use exit codes above 0",
                OptionalInt.of(0));
    }

    /** A node whose agent tells more of its card than the first ones did. */
    static Fact nodeRegisteredWithCards() {
        Node plain = node(null);
        NodeInventory inventory = plain.inventory();
        DeviceInfo card =
                new DeviceInfo(
                        0,
                        "GPU-1",
                        "H100",
                        "cuda",
                        81_559,
                        "570.86.15",
                        "0000:3b:00.0",
                        0,
                        List.of());
        return new Fact.NodeRegistered(
                AT,
                new Node(
                        plain.identity(),
                        new NodeInventory(
                                List.of(card),
                                inventory.cpus(),
                                inventory.memoryMib(),
                                inventory.slots(),
                                inventory.labels()),
                        plain.agentVersion(),
                        null,
                        0));
    }

    /** A node whose agent tells which of its cards are near each other. */
    static Fact nodeRegisteredWithLinks() {
        Node plain = node(null);
        NodeInventory inventory = plain.inventory();
        return new Fact.NodeRegistered(
                AT,
                new Node(
                        plain.identity(),
                        new NodeInventory(
                                List.of(linked(0, List.of(1, 3)), linked(1, List.of(0))),
                                inventory.cpus(),
                                inventory.memoryMib(),
                                inventory.slots(),
                                inventory.labels()),
                        plain.agentVersion(),
                        null,
                        0));
    }

    private static DeviceInfo linked(int index, List<Integer> near) {
        return new DeviceInfo(
                index,
                "GPU-" + index,
                "H100",
                "cuda",
                81_559,
                "",
                "",
                DeviceInfo.NUMA_UNKNOWN,
                near);
    }

    static Node node(@Nullable Drain drain) {
        return new Node(
                new NodeIdentity(NODE, "machine", "boot", "gpu-01"),
                new NodeInventory(
                        List.of(new DeviceInfo(0, "GPU-1", "H100", "cuda", 81_559)),
                        64,
                        515_000,
                        100,
                        new TreeMap<>(Map.of("zone", "b", "rack", "7"))),
                "0.1.0",
                drain,
                0);
    }

    static Context context() {
        return new Context(
                "c0ffee",
                "/home/ada",
                new TreeMap<>(Map.of("PATH", "/bin", "LANG", "de_DE.UTF-8")),
                18,
                "print('mäh')\n",
                "ada",
                "ws1");
    }

    static TaskSpec spec(String fullname, DeviceNeed need) {
        return new TaskSpec(
                fullname,
                new Command(List.of("echo \"$X\""), true),
                need,
                4,
                -2,
                new TreeMap<>(Map.of("X", "1", "Y", "")),
                new TreeMap<>(Map.of("team", "vision")),
                "/data",
                new LossPolicy(OnDisconnect.REQUEUE, 0));
    }
}
