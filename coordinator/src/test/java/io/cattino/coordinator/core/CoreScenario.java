package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.Input.Selection;
import io.cattino.coordinator.core.Input.Verb;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Dependency.Condition;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A core with fake agents and a clock of its own, for tests that tell a story. After every step it
 * checks the invariants and that no placement promised what was not there; every fact and effect
 * must be expected, or thrown away with {@link #forgetTrace}.
 */
final class CoreScenario {
    static final String RUN_ROOT = "/runs";

    /** An agent that says what it is told to. */
    static final class FakeAgent {
        final NodeIdentity identity;
        NodeInventory inventory;
        long generation;
        boolean connected;
        final Map<Integer, Long> external = new TreeMap<>();
        final Map<AttemptId, Map<Integer, Long>> uses = new LinkedHashMap<>();
        final List<Integer> unknown = new ArrayList<>();
        final Map<Integer, String> sick = new TreeMap<>();
        final List<Squatter> squatters = new ArrayList<>();
        final Set<NodeTrouble> troubles = new TreeSet<>();

        FakeAgent(NodeIdentity identity, NodeInventory inventory) {
            this.identity = identity;
            this.inventory = inventory;
        }

        NodeId id() {
            return identity.id();
        }

        List<DeviceSample> samples() {
            List<DeviceSample> samples = new ArrayList<>();
            for (DeviceInfo device : inventory.devices()) {
                List<AttemptUse> used = new ArrayList<>();
                uses.forEach((attempt, byDevice) -> {
                    if (byDevice.containsKey(device.index())) {
                        used.add(new AttemptUse(attempt, byDevice.get(device.index())));
                    }
                });
                long total =
                        external.getOrDefault(device.index(), 0L)
                                + used.stream().mapToLong(AttemptUse::usedMib).sum();
                samples.add(
                        new DeviceSample(
                                device.index(),
                                total,
                                used,
                                unknown.contains(device.index()),
                                external.containsKey(device.index()) ? squatters : List.of(),
                                Telemetry.NONE,
                                sick.getOrDefault(device.index(), "")));
            }
            return samples;
        }
    }

    private final Trace names = new Trace();
    private final List<String> trace = new ArrayList<>();
    private final Map<String, FakeAgent> agents = new LinkedHashMap<>();
    private ClusterState state = ClusterState.empty();
    private SchedulerCore core = new SchedulerCore(state, RUN_ROOT);
    private Time now = new Time(1_000_000, 1_795_000_000_000L);
    private long generations;
    private long sequence;
    private int requests;
    private Reply reply = new Reply.Nothing();

    private CoreScenario() {}

    /** A leader in its first epoch, without nodes. */
    static CoreScenario started() {
        CoreScenario scenario = new CoreScenario();
        scenario.lead(1);
        return scenario.forgetTrace();
    }

    /** A leader with one node {@code n1}. */
    static CoreScenario with(NodeInventory inventory) {
        return started().node("n1", inventory).forgetTrace();
    }

    /** Another leader takes over what was journaled; it has heard of nobody. */
    CoreScenario failover() {
        state = ClusterState.of(state.image());
        core = new SchedulerCore(state, RUN_ROOT);
        agents.values().forEach(agent -> agent.connected = false);
        return lead(state.epoch() + 1);
    }

    private CoreScenario lead(long epoch) {
        return step(at -> new Input.Activated(at, epoch, "test:1")).step(Input.Serving::new);
    }

    /** Any input at all. */
    CoreScenario step(Function<Time, ? extends Input> input) {
        Step step = core.step(input.apply(now));
        step.facts().forEach(fact -> trace.add(names.of(fact)));
        step.effects().forEach(effect -> trace.add(names.of(effect)));
        reply = step.reply();
        assertThat(Invariants.broken(state)).as("invariants").isEmpty();
        assertThat(Invariants.overpromised(state, step.facts())).as("promises").isEmpty();
        return this;
    }

    // --- time

    /** One look at the queue. */
    CoreScenario tick() {
        return step(Input.Tick::new);
    }

    /** Time goes by, in ticks of at most a second, with a heartbeat of every connected agent. */
    CoreScenario pass(long millis) {
        for (long left = millis; left > 0; left -= 1_000) {
            advance(Math.min(left, 1_000));
            beat();
            tick();
        }
        return this;
    }

    /** Time goes by, and nobody says a word. */
    CoreScenario advance(long millis) {
        now = new Time(now.monoMs() + millis, now.wallMs() + millis);
        return this;
    }

    /** A heartbeat of every connected agent. */
    CoreScenario beat() {
        agents.values().stream().filter(agent -> agent.connected).forEach(this::sample);
        return this;
    }

    Time now() {
        return now;
    }

    // --- nodes

    /** A node that says hello and sends its samples. */
    CoreScenario node(String name, NodeInventory inventory) {
        FakeAgent agent = new FakeAgent(Specs.identity(name), inventory);
        agents.put(name, agent);
        return hello(name, List.of()).sample(agent);
    }

    FakeAgent agent(String name) {
        return java.util.Objects.requireNonNull(agents.get(name), name);
    }

    /** The agent opens a session, running these. */
    CoreScenario hello(String name, List<RunningAttempt> running, AgentReport... reports) {
        return hello(agent(name).identity, name, running, reports);
    }

    CoreScenario hello(
            NodeIdentity identity,
            String agentName,
            List<RunningAttempt> running,
            AgentReport... reports) {
        FakeAgent agent = agent(agentName);
        agent.generation = ++generations;
        agent.connected = true;
        return step(at ->
                new Input.AgentConnected(
                        at,
                        agent.generation,
                        identity,
                        agent.inventory,
                        "0.1.0",
                        running,
                        List.of(reports)));
    }

    CoreScenario sample(FakeAgent agent) {
        return step(at ->
                new Input.AgentSampled(
                        at, agent.id(), agent.generation, agent.samples(), agent.troubles));
    }

    CoreScenario gone(String name) {
        FakeAgent agent = agent(name);
        agent.connected = false;
        return step(at -> new Input.AgentGone(at, agent.id(), agent.generation));
    }

    /** Memory that others use, with a heartbeat that shows it. */
    CoreScenario external(String node, int device, long mib) {
        agent(node).external.put(device, mib);
        return sample(agent(node));
    }

    /** Somebody on whatever others use there. */
    CoreScenario squatter(String node, Squatter squatter) {
        agent(node).squatters.add(squatter);
        return sample(agent(node));
    }

    CoreScenario unknown(String node, int device) {
        agent(node).unknown.add(device);
        return sample(agent(node));
    }

    /** Nothing new is to be placed on the device, for this reason; none: it is well again. */
    CoreScenario sick(String node, int device, String why) {
        agent(node).sick.put(device, why);
        return sample(agent(node));
    }

    CoreScenario uses(String node, String task, int device, long mib) {
        agent(node).uses.computeIfAbsent(attempt(task), _ -> new TreeMap<>()).put(device, mib);
        return sample(agent(node));
    }

    CoreScenario drain(String node) {
        return step(at -> new Input.DrainNode(at, node, "repair", OptionalLong.empty()));
    }

    // --- what agents report, through the session of the node that holds the attempt

    CoreScenario runs(String task) {
        return report(task, new AttemptEvent.Started(4711));
    }

    CoreScenario ended(String task, AttemptResult result) {
        return report(task, new AttemptEvent.Ended(result, 0, List.of()));
    }

    CoreScenario exits(String task, int code) {
        AttemptId attempt = attempt(task);
        NodeId node = nodeOf(attempt);
        ended(task, new AttemptResult.Exited(code));
        return report(node, attempt, new AttemptEvent.Released());
    }

    CoreScenario report(String task, AttemptEvent event) {
        AttemptId attempt = attempt(task);
        return report(nodeOf(attempt), attempt, event);
    }

    CoreScenario report(NodeId node, AttemptId attempt, AttemptEvent event) {
        if (event instanceof AttemptEvent.Ended) {
            agents.values().forEach(agent -> agent.uses.remove(attempt));
        }
        FakeAgent agent = agentOf(node);
        return step(at ->
                new Input.AgentReported(
                        at, node, agent.generation, List.of(reportOf(attempt, event))));
    }

    AgentReport reportOf(AttemptId attempt, AttemptEvent event) {
        return new AgentReport(++sequence, attempt, now.wallMs(), event);
    }

    RunningAttempt running(String task) {
        AttemptId attempt = attempt(task);
        List<DeviceShare> devices =
                state.allocation(attempt).map(Allocation::devices).orElse(List.of());
        return new RunningAttempt(attempt, 4711, now.wallMs(), devices);
    }

    private FakeAgent agentOf(NodeId node) {
        return agents.values().stream().filter(a -> a.id().equals(node)).findFirst().orElseThrow();
    }

    NodeId nodeOf(AttemptId attempt) {
        return state.allocation(attempt).orElseThrow().node();
    }

    /** Another coordinator stands by. */
    CoreScenario withStandbys() {
        return step(at -> new Input.StandbysSeen(at, true));
    }

    // --- people

    CoreScenario submit(TaskSpec... tasks) {
        return submit(Specs.submission(tasks));
    }

    CoreScenario submit(Specs.Submitting submitting) {
        String id = "request-" + ++requests;
        return step(at -> submitting.input(at, id));
    }

    CoreScenario cancel(String... names) {
        return control(new Verb.Cancel("by ann"), names);
    }

    CoreScenario kill(String... names) {
        return control(new Verb.Kill(false, "by ann"), names);
    }

    CoreScenario resume(String... names) {
        return control(new Verb.Resume(), names);
    }

    CoreScenario rerun(String... names) {
        return control(new Verb.Rerun(), names);
    }

    CoreScenario hold(String... names) {
        return control(new Verb.Hold("by eve"), names);
    }

    CoreScenario remove(String... names) {
        return control(new Verb.Remove(), names);
    }

    /** What would become of it; nothing may come of asking. */
    Outlook outlook(Specs.Submitting submitting) {
        long before = state.fingerprint();
        Outlook outlook = core.outlook(submitting.input(now, "request-x"));
        assertThat(state.fingerprint()).isEqualTo(before);
        return outlook;
    }

    CoreScenario set(String task, Input.Attribute attribute) {
        return step(at -> new Input.SetTask(at, task, attribute));
    }

    CoreScenario after(String task, String... parents) {
        return set(task, new Input.Attribute.Parents(List.of(parents), Condition.SUCCESS));
    }

    CoreScenario control(Verb verb, String... names) {
        return step(at -> new Input.Control(at, verb, new Selection(List.of(names), false)));
    }

    /** A command under the id of its request. */
    CoreScenario asked(
            String id, String digest, Function<Time, ? extends Input.ClientCommand> command) {
        return step(at -> new Input.Asked(id, digest, command.apply(at)));
    }

    CoreScenario set(String key, String value) {
        return step(at -> new Input.SetSetting(at, key, value));
    }

    // --- what came of it

    Reply reply() {
        return reply;
    }

    Rejection rejection() {
        assertThat(reply).isInstanceOf(Reply.Rejected.class);
        return ((Reply.Rejected) reply).rejection();
    }

    /** These facts and effects, and no others, since the last look. */
    CoreScenario expect(String... lines) {
        assertThat(trace).containsExactly(lines);
        return forgetTrace();
    }

    /** Nothing at all since the last look. */
    CoreScenario noMoreEffects() {
        return expect();
    }

    CoreScenario forgetTrace() {
        trace.clear();
        return this;
    }

    /** Lines since the last look. */
    List<String> trace() {
        return List.copyOf(trace);
    }

    ClusterState state() {
        return state;
    }

    SchedulerCore core() {
        return core;
    }

    Task task(String name) {
        return state.byName(name).orElseThrow(() -> new AssertionError("no task " + name));
    }

    AttemptId attempt(String task) {
        return task(task).lastAttempt().orElseThrow().id();
    }

    Reason reason(String task) {
        return core.reason(task(task));
    }

    /** {@code Waiting Queued}: the word and the reason. */
    String status(String task) {
        String code = reason(task).code().word();
        return task(task).status().word() + (code.isEmpty() ? "" : " " + code);
    }
}
