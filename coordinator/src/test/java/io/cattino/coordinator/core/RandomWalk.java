package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.Input.EdgeSpec;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.Input.Selection;
import io.cattino.coordinator.core.Input.Shortage;
import io.cattino.coordinator.core.Input.Verb;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Dependency.Condition;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Term.Order;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes one random input after another, true ones and lies, from one seed. Looks at the state only
 * to find names and attempts that exist.
 */
final class RandomWalk {
    private static final List<String> NAMES =
            List.of(
                    "a", "b", "c", "a_1", "g/x", "g/y", "g/s/t", "g/s/u", "g/s/v", "g/s/w", "g/s",
                    "g", "o/x");
    private static final List<String> NODES = List.of("n1", "n2", "n3");

    private final SplittableRandom random;
    private long monoMs = 1_000;
    private long wallMs = 1_795_000_000_000L;
    private long generation;
    private long sequence;
    private int requests;
    private int commands;

    RandomWalk(long seed) {
        this.random = new SplittableRandom(seed);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    Input next(ClusterState state) {
        pass();
        Time at = new Time(monoMs, wallMs);
        int dice = random.nextInt(100);
        if (dice < 22) {
            return new Input.Tick(at);
        }
        if (dice < 36) {
            return submit(at);
        }
        if (dice < 42) {
            return asked(new Input.Control(at, verb(), selection()));
        }
        if (dice < 70) {
            return report(at, state);
        }
        if (dice < 77) {
            return hello(at, state);
        }
        if (dice < 91) {
            return sample(at, state);
        }
        if (dice < 93) {
            return new Input.UseDevice(at, node(), random.nextInt(-1, 4));
        }
        if (dice < 95) {
            return new Input.SetTask(at, name(), attribute());
        }
        return rare(at);
    }

    private void pass() {
        long step = chance(2) ? random.nextLong(40L * 24 * 3600 * 1000) : random.nextInt(300);
        wallMs += chance(2) ? -step / 2 : step;
        monoMs += chance(90) ? Math.min(step, chance(50) ? 30_000 : 1_000) : step;
    }

    private Input rare(Time at) {
        return switch (random.nextInt(14)) {
            case 12 -> asked(new Input.HoldFences(at, 1_000 + random.nextLong(60_000)));
            case 13 -> new Input.StandbysSeen(at, chance(80));
            case 0 ->
                    new Input.DrainNode(
                            at,
                            node(),
                            "repair",
                            chance(50)
                                    ? OptionalLong.of(random.nextLong(60_000))
                                    : OptionalLong.empty());
            case 1, 2, 3, 11 -> new Input.UndrainNode(at, node());
            case 4 -> asked(new Input.ForgetNode(at, node()));
            case 5 -> new Input.AgentGone(at, id(node()), anyGeneration());
            case 6 -> new Input.AgentGoodbye(at, id(node()), anyGeneration(), 60_000);
            case 7 ->
                    new Input.SetSetting(
                            at,
                            one("override-exist-tasks", "retry-limit", "keep-finished", "nonsense"),
                            one("allow", "forbid", "rename", "0", "3", "-1", "x"));
            case 8 ->
                    new Input.SetSetting(
                            at,
                            one("cascade-cancel-on-failure", "over-use"),
                            one("true", "false", "False", "warn", "protect", "KILL"));
            default -> new Input.TakeCheckpoint(at);
        };
    }

    private Input.Attribute attribute() {
        return switch (random.nextInt(7)) {
            case 6 -> new Input.Attribute.Place(where());
            case 0 -> new Input.Attribute.Priority(random.nextInt(7));
            case 1 -> new Input.Attribute.Devices(need());
            case 2 -> new Input.Attribute.Name(one("x", "y", "z"));
            case 3 -> new Input.Attribute.Labels(new TreeMap<>(Map.of("k", one("1", "2"))));
            default -> {
                Condition condition = chance(70) ? Condition.SUCCESS : Condition.ANY;
                List<String> names = new ArrayList<>();
                while (chance(60)) {
                    names.add(name());
                }
                yield new Input.Attribute.Parents(names, condition);
            }
        };
    }

    private Input submit(Time at) {
        List<TaskSpec> tasks = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            TaskSpec spec = Specs.task(name(), need(), chance(80) ? 0 : random.nextInt(6));
            tasks.add(spec.withPriority(random.nextInt(3)).withWhere(where()));
        }
        List<EdgeSpec> edges = new ArrayList<>();
        while (chance(50)) {
            Condition condition = chance(70) ? Condition.SUCCESS : Condition.ANY;
            edges.add(new EdgeSpec(name(), tasks.getFirst().fullname(), condition));
        }
        boolean again = chance(5) && requests > 0;
        int request = again ? random.nextInt(requests) : requests++;
        Optional<OverrideMode> mode =
                chance(30)
                        ? Optional.empty()
                        : Optional.of(one(OverrideMode.ALLOW, OverrideMode.RENAME));
        List<Group> groups = chance(50) ? List.of() : List.of(group("g"), group("g/s"), group("o"));
        return new Input.Submit(
                at,
                new SubmissionId("r" + request),
                again ? "repeated" : "d" + request,
                "s",
                Specs.CONTEXT,
                tasks,
                groups,
                edges,
                mode,
                chance(60),
                chance(10) ? Set.of(0) : Set.of());
    }

    private Where where() {
        if (chance(60)) {
            return Where.ANYWHERE;
        }
        return new Where(
                chance(80) ? List.of() : List.of(one("n1", "n[1-2]", "n*")),
                chance(90) ? List.of() : List.of(node()),
                chance(30) ? List.of() : List.of(term()),
                chance(60) ? List.of() : List.of(term(), new Term.Name(chance(70), List.of("n2"))));
    }

    private Term term() {
        return switch (random.nextInt(6)) {
            case 0 -> new Term.Model(chance(80), List.of(one("A100", "H200", "a1*", "B2")));
            case 1 -> new Term.Memory(one(Order.AT_LEAST, Order.BELOW), random.nextLong(50_000));
            case 2 -> new Term.Driver(one(Order.AT_LEAST, Order.ABOVE), "535.54");
            case 3 -> new Term.Kind(chance(80), List.of(one("fake", "host")));
            case 4 -> new Term.Label("rack", chance(50), List.of());
            default -> new Term.Label("rack", chance(80), List.of(one("r1", "r2")));
        };
    }

    private Group group(String name) {
        List<String> hooks =
                switch (random.nextInt(3)) {
                    case 0 -> List.of("on_start");
                    case 1 -> List.of("on_end");
                    default -> List.of("on_start", "on_end");
                };
        PythonObject python =
                new PythonObject(PythonObject.Kind.GROUP_END, "0", name, List.of(), hooks);
        return new Group(
                name,
                chance(60),
                chance(90) ? Optional.of(new GroupHooks(python)) : Optional.empty());
    }

    private Verb verb() {
        return switch (random.nextInt(6)) {
            case 0 -> new Verb.Cancel("by ann");
            case 1 -> new Verb.Kill(chance(50), "by ann");
            case 2 -> new Verb.Remove();
            case 3 -> new Verb.Rerun();
            case 4 -> new Verb.Hold("by ann");
            default -> new Verb.Resume();
        };
    }

    private Selection selection() {
        return chance(5)
                ? new Selection(List.of(), true)
                : new Selection(List.of(name(), name()), false);
    }

    private Input report(Time at, ClusterState state) {
        List<AgentReport> reports = new ArrayList<>();
        NodeId node = id(node());
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            AttemptId attempt = attempt(state, node);
            long wall = chance(90) ? wallMs : random.nextLong();
            reports.add(new AgentReport(++sequence, attempt, wall, event()));
        }
        return new Input.AgentReported(at, node, anyGeneration(), reports);
    }

    private AttemptEvent event() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> new AttemptEvent.Started(random.nextInt(-1, 5));
            case 3, 4 ->
                    new AttemptEvent.Ended(
                            result(),
                            chance(90) ? 1 : random.nextInt(-1, 9),
                            peaks(),
                            chance(30) ? Optional.of(shortage()) : Optional.empty(),
                            "");
            case 5, 6 -> new AttemptEvent.Released();
            default -> new AttemptEvent.Stranded("stuck in D state");
        };
    }

    /** Also of devices that nobody has, and twice of the same one. */
    private List<DeviceShare> peaks() {
        return Stream.generate(() -> new DeviceShare(random.nextInt(-1, 5), random.nextLong()))
                .limit(random.nextInt(4))
                .toList();
    }

    /** Also of devices that nobody has, and by attempts that never were. */
    private Shortage shortage() {
        AttemptId neighbour = new AttemptId(new TaskId(random.nextLong(9)), 1, 1);
        return new Shortage(
                chance(20),
                peaks().stream().findFirst(),
                chance(80) ? OptionalLong.of(random.nextLong(-9, 99_999)) : OptionalLong.empty(),
                chance(50)
                        ? Optional.of(new AttemptUse(neighbour, random.nextLong()))
                        : Optional.empty(),
                chance(50)
                        ? Optional.of(new Squatter(7, "ann", "python3", 0, random.nextLong()))
                        : Optional.empty());
    }

    private AttemptResult result() {
        return switch (random.nextInt(9)) {
            case 0, 1 -> new AttemptResult.Exited(0);
            case 3 -> new AttemptResult.Exited(random.nextInt());
            case 4 -> new AttemptResult.Exited(100);
            case 2, 5 ->
                    new AttemptResult.LaunchFailed(
                            chance(30)
                                    ? ReasonCode.COMMAND_NOT_FOUND
                                    : ReasonCode.GROUP_HOOK_FAILED,
                            "no x",
                            "use y",
                            127);
            case 6 -> new AttemptResult.NotStarted("disk full");
            case 7 -> new AttemptResult.Vanished("no trace");
            default -> new AttemptResult.Lost("lost");
        };
    }

    private Input hello(Time at, ClusterState state) {
        String name = node();
        NodeIdentity truth = Specs.identity(name);
        NodeIdentity identity =
                new NodeIdentity(
                        chance(97) ? truth.id() : id(node()),
                        chance(97) ? truth.machineId() : "other",
                        chance(90) ? truth.bootId() : "boot-" + random.nextInt(5),
                        name);
        List<RunningAttempt> running = new ArrayList<>();
        for (Allocation held : state.allocationsOn(identity.id())) {
            if (chance(85)) {
                running.add(
                        new RunningAttempt(
                                held.attempt(), random.nextInt(3), wallMs, held.devices()));
            }
        }
        if (chance(15)) {
            DeviceShare lie = new DeviceShare(random.nextInt(-1, 5), random.nextLong());
            running.add(new RunningAttempt(attempt(state, id(name)), 7, wallMs, List.of(lie, lie)));
        }
        List<AgentReport> reports =
                chance(30)
                        ? List.of(
                                new AgentReport(
                                        ++sequence, attempt(state, identity.id()), wallMs, event()))
                        : List.of();
        return new Input.AgentConnected(
                at, ++generation, identity, inventory(name), "0.1.0", running, reports);
    }

    private NodeInventory inventory(String name) {
        if (chance(3)) {
            return Specs.gpus(random.nextInt(3), random.nextLong(-5, 30_000));
        }
        return switch (name) {
            case "n1" -> mixed();
            case "n2" -> Specs.inventory(Specs.gpus(2, 40_000).devices(), 8, 4);
            default -> Specs.host(4, 6);
        };
    }

    /** Two models and two drivers on one node, with a label. */
    private static NodeInventory mixed() {
        List<DeviceInfo> devices = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String model = i < 2 ? "NVIDIA A100-SXM4" : "H200";
            devices.add(
                    new DeviceInfo(
                            i,
                            "GPU-" + i,
                            model,
                            "fake",
                            24_576,
                            i < 3 ? "535.54.3" : "",
                            "",
                            -1,
                            i % 2 == 1 ? List.of(i - 1) : List.of()));
        }
        return new NodeInventory(devices, 64, 262_144, 128, new TreeMap<>(Map.of("rack", "r1")));
    }

    private Input sample(Time at, ClusterState state) {
        NodeId node = id(node());
        List<DeviceSample> samples = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean lie = chance(4);
            List<AttemptUse> uses = new ArrayList<>();
            long used = lie ? random.nextLong() : random.nextInt(100);
            for (Allocation held : state.allocationsOn(node)) {
                long use = lie ? random.nextLong() : random.nextInt(20_000);
                uses.add(new AttemptUse(held.attempt(), use));
                used += use;
            }
            String sickness = chance(15) ? "Xid 79" : "";
            samples.add(
                    new DeviceSample(
                            i, used, uses, chance(2), List.of(), Telemetry.NONE, sickness));
        }
        return new Input.AgentSampled(at, node, anyGeneration(), samples, troubles());
    }

    /** Mostly one that the node holds, sometimes one of another node, sometimes an invention. */
    private AttemptId attempt(ClusterState state, NodeId node) {
        List<Allocation> held =
                List.copyOf(chance(95) ? state.allocationsOn(node) : state.allocations());
        if (!held.isEmpty() && chance(90)) {
            return held.get(random.nextInt(held.size())).attempt();
        }
        return new AttemptId(
                new TaskId(random.nextInt((int) state.nextTask() + 3)),
                random.nextInt(4),
                random.nextLong(state.epoch() + 2));
    }

    private DeviceNeed need() {
        return switch (random.nextInt(7)) {
            case 6 ->
                    new DeviceNeed.Shared(1 + random.nextInt(2), new MemoryAsk.Auto(Work.UNKNOWN));
            case 0, 1 -> new DeviceNeed.None();
            case 2 -> new DeviceNeed.Whole(1 + random.nextInt(3));
            case 3 ->
                    new DeviceNeed.Shared(
                            1, new MemoryAsk.Share(10_000 * (1 + random.nextInt(100))));
            default ->
                    new DeviceNeed.Shared(
                            1 + random.nextInt(2),
                            new MemoryAsk.Mib(1_000L * (1 + random.nextInt(40))));
        };
    }

    private Set<NodeTrouble> troubles() {
        return chance(97) ? Set.of() : Set.of(one(NodeTrouble.values()));
    }

    /** Sometimes one that was asked before, or another under its id. */
    private Input asked(Input.ClientCommand command) {
        if (chance(50)) {
            return command;
        }
        boolean again = chance(20) && commands > 0;
        int id = again ? random.nextInt(commands) : commands++;
        return new Input.Asked("c" + id, chance(90) ? "d" + id : "other", command);
    }

    private long anyGeneration() {
        return Math.max(1, generation - random.nextInt(chance(80) ? 4 : 9));
    }

    private String name() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        return chance(50) ? name : name + random.nextInt(9);
    }

    private String node() {
        return NODES.get(random.nextInt(NODES.size()));
    }

    private static NodeId id(String node) {
        return Specs.identity(node).id();
    }

    @SafeVarargs
    private <T> T one(T... values) {
        return values[random.nextInt(values.length)];
    }

    /** All is well from here on: agents tell the truth, commands end with 0. */
    static void heal(SchedulerCore core, List<Fact> facts, long monoMs, long wallMs) {
        new Healing(core, facts, new Time(monoMs, wallMs)).run();
    }

    long monoMs() {
        return monoMs;
    }

    long wallMs() {
        return wallMs;
    }

    /** What a healthy farm does. */
    private static final class Healing {
        private final SchedulerCore core;
        private final List<Fact> facts;
        private Time now;
        private long generation = 1_000_000;
        private long sequence = 1_000_000;

        Healing(SchedulerCore core, List<Fact> facts, Time now) {
            this.core = core;
            this.facts = facts;
            this.now = now;
        }

        private void step(Input input) {
            facts.addAll(core.step(input).facts());
        }

        void run() {
            for (String name : NODES) {
                generation++;
                NodeIdentity identity = identity(name);
                List<RunningAttempt> running =
                        core.state().allocationsOn(identity.id()).stream()
                                .map(a -> new RunningAttempt(a.attempt(), 7, 1, a.devices()))
                                .toList();
                step(new Input.UndrainNode(now, name));
                NodeInventory inventory =
                        name.equals("n3") ? Specs.host(4, 6) : Specs.gpus(4, 24_576);
                step(
                        new Input.AgentConnected(
                                now, generation, identity, inventory, "0.1.0", running, List.of()));
            }
            for (int round = 0; round < 40; round++) {
                now = new Time(now.monoMs() + 20_000, now.wallMs() + 20_000);
                beat();
                step(new Input.Tick(now));
                List.copyOf(core.state().allocations()).forEach(this::finish);
            }
            assertThat(Invariants.broken(core.state())).isEmpty();
        }

        /** A node that was registered keeps its machine, or the lease would not move. */
        private NodeIdentity identity(String name) {
            return core.state().nodes().stream()
                    .filter(node -> node.name().equals(name))
                    .findFirst()
                    .map(node -> node.identity())
                    .orElse(Specs.identity(name));
        }

        private void beat() {
            core.state()
                    .nodes()
                    .forEach(node -> {
                        long session =
                                core.contact(node.id()).map(View.Contact::generation).orElse(0L);
                        List<DeviceSample> samples =
                                node.inventory().devices().stream()
                                        .map(d -> new DeviceSample(d.index(), 0, List.of(), false))
                                        .toList();
                        step(new Input.AgentSampled(now, node.id(), session, samples, Set.of()));
                    });
        }

        private void finish(Allocation held) {
            long session = core.contact(held.node()).map(View.Contact::generation).orElse(0L);
            List<AgentReport> reports =
                    List.of(
                            new AgentReport(
                                    ++sequence,
                                    held.attempt(),
                                    1,
                                    new AttemptEvent.Ended(
                                            new AttemptResult.Exited(0), 0, List.of())),
                            new AgentReport(
                                    ++sequence, held.attempt(), 1, new AttemptEvent.Released()));
            step(new Input.AgentReported(now, held.node(), session, reports));
        }
    }
}
