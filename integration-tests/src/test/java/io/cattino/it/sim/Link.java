package io.cattino.it.sim;

import io.cattino.agent.core.AgentCore;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.Report;
import io.cattino.agent.core.SignalKind;
import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.Input.RunningAttempt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An agent's way to its leader: what {@code CoordinatorLink} and {@code HeartbeatSender} do, on the
 * simulation's thread.
 */
final class Link {
    private static final long SILENCE_MS = 8_000;
    private static final long LOOK_MS = 500;
    private static final long HEARTBEAT_MS = 2_000;

    private final Agent agent;
    private final World world;
    private final Net net;
    private final List<Coordinator> coordinators;
    private Net.@Nullable Stream<ToLeader, ToAgent> stream;
    private @Nullable Coordinator target;
    private boolean established;
    private long generation;
    private long heardMs;
    private long beatMs;
    private long askedMs;

    /** Whether the Hello named no attempt. */
    private boolean idle;

    private final Map<Coordinator, Answer> answers = new HashMap<>();
    private List<DeviceSample> told = List.of();
    private Optional<Coordinator> preferred = Optional.empty();
    private int hints;
    private int failures;
    private int next;

    /** Said nothing for long; so many others are dialled first. */
    private @Nullable Coordinator silent;

    private int othersFirst;

    /** One that does not lead, asked then; whom it takes for the leader. */
    private record Answer(long askedMs, Optional<Coordinator> leader) {}

    Link(Agent agent, World world, Net net, List<Coordinator> coordinators) {
        this.agent = agent;
        this.world = world;
        this.net = net;
        this.coordinators = coordinators;
    }

    void start() {
        stream = null;
        answers.clear();
        established = false;
        preferred = Optional.empty();
        silent = null;
        othersFirst = 0;
        failures = 0;
        next = world.random(coordinators.size());
        world.after(world.between(0, 300), agent, this::dial);
        world.after(LOOK_MS, agent, this::look);
    }

    boolean isEstablished() {
        return established && agent.isUp();
    }

    Optional<Coordinator> leader() {
        return isEstablished() ? Optional.ofNullable(target) : Optional.empty();
    }

    private void dial() {
        Coordinator to = target();
        if (!to.isUp() || net.isCut(agent, to)) {
            answers.remove(to);
            world.after(net.isCut(agent, to) ? 3_000 : 5, agent, this::again);
            return;
        }
        agent.take(AgentInput.HelloMade::new);
        ToLeader.Hello hello = hello(agent.core());
        idle = hello.running().isEmpty();
        Net.Stream<ToLeader, ToAgent> mine = net.new Stream<>(agent, to);
        stream = mine;
        target = to;
        heardMs = world.now();
        askedMs = world.now();
        mine.atDialler(message -> onMessage(mine, message), () -> broken(mine));
        to.accept(mine);
        mine.toServer(hello);
    }

    /** As {@code Targets} has it. */
    private Coordinator target() {
        Coordinator to = preferred.orElseGet(this::following);
        preferred = Optional.empty();
        if (othersFirst == 0) {
            silent = null;
        } else {
            othersFirst--;
            while (to == silent) {
                to = following();
            }
        }
        return to;
    }

    private Coordinator following() {
        return coordinators.get(next++ % coordinators.size());
    }

    private ToLeader.Hello hello(AgentCore core) {
        List<RunningAttempt> running = new ArrayList<>();
        core.attempts().stream()
                .filter(attempt ->
                        agent.planted() != Planted.RECOVERED_NOT_TOLD
                                || !agent.isRecovered(attempt.id()))
                .forEach(attempt -> Translate.running(attempt).ifPresent(running::add));
        List<AgentReport> reports =
                agent.planted() == Planted.REPORT_SENT_ONCE
                        ? List.of()
                        : core.unacknowledged().stream().map(Translate::report).toList();
        return new ToLeader.Hello(
                core.highestEpoch(),
                agent.host().identity(),
                agent.host().inventory(),
                running,
                reports);
    }

    private void again() {
        failures = Math.min(failures + 1, 6);
        long wait = Math.min(5_000, 200L << (failures - 1));
        world.after(world.between(wait / 2, wait), agent, this::dial);
    }

    private void broken(Net.Stream<ToLeader, ToAgent> which) {
        if (which == stream) {
            if (!established) {
                answers.remove(target);
            }
            endSession();
            again();
        }
    }

    private void endSession() {
        Net.Stream<ToLeader, ToAgent> mine = stream;
        stream = null;
        if (mine != null) {
            mine.breakUp();
        }
        if (established) {
            established = false;
            long which = generation;
            agent.take(at -> new AgentInput.Disconnected(at, which));
        }
    }

    void drop(long which) {
        if (established && which == generation) {
            endSession();
            again();
        }
    }

    private void onMessage(Net.Stream<ToLeader, ToAgent> of, ToAgent message) {
        if (of != stream) {
            return;
        }
        heardMs = world.now();
        switch (message) {
            case ToAgent.Refused(Optional<Coordinator> leader) -> onRefused(leader);
            case ToAgent.Welcome(long epoch, long mine, boolean leased) -> {
                if (leased && idle && epoch >= agent.core().highestEpoch()) {
                    agent.leased(askedMs);
                }
                established = true;
                answers.clear();
                generation = mine;
                hints = 0;
                failures = 0;
                preferred = Optional.ofNullable(target);
                told = List.of();
                beatMs = 0;
                agent.take(at -> new AgentInput.Connected(at, mine, epoch));
            }
            case ToAgent.Acknowledged(long epoch, long mine, List<Long> sequences) ->
                    agent.take(at -> new AgentInput.ReportAcked(at, mine, epoch, sequences));
            case ToAgent.HeartbeatAck(long epoch, long sent, OptionalLong lease) -> {
                if (lease.isPresent() && epoch >= agent.core().highestEpoch()) {
                    agent.leased(sent + lease.getAsLong());
                }
            }
            case ToAgent.Order(long epoch, long mine, Effect effect) -> order(epoch, mine, effect);
        }
    }

    /**
     * While nobody leads, nobody replaces anything: when all have said so, that is as good as a
     * lease. As {@code Interregnum} has it.
     */
    private void interregnum(Optional<Coordinator> leader) {
        Coordinator asked = target;
        if (asked == null) {
            return;
        }
        answers.put(asked, new Answer(askedMs, leader));
        boolean all =
                answers.keySet().containsAll(coordinators)
                        && answers.values().stream()
                                .flatMap(answer -> answer.leader().stream())
                                .allMatch(answers::containsKey);
        if (all) {
            agent.leased(answers.values().stream().mapToLong(Answer::askedMs).min().orElseThrow());
            answers.clear();
        }
    }

    private void onRefused(Optional<Coordinator> leader) {
        if (!established) {
            interregnum(leader);
        }
        endSession();
        boolean back = leader.isPresent() && leader.get() == silent && othersFirst > 0;
        if (back) {
            again();
        } else if (leader.isPresent() && hints++ <= coordinators.size()) {
            preferred = leader;
            world.after(1, agent, this::dial);
        } else {
            hints = 0;
            again();
        }
    }

    private void order(long epoch, long mine, Effect effect) {
        switch (effect) {
            case Effect.Launch launch -> agent.launch(mine, epoch, launch);
            case Effect.Signal signal ->
                    agent.take(at ->
                            new AgentInput.Signal(
                                    at,
                                    mine,
                                    epoch,
                                    Translate.id(signal.attempt()),
                                    signal.number(),
                                    signal.force() ? SignalKind.KILL : SignalKind.TERM,
                                    signal.reason()));
            case Effect.Kill kill ->
                    agent.take(at ->
                            new AgentInput.Signal(
                                    at,
                                    mine,
                                    epoch,
                                    Translate.id(kill.attempt()),
                                    Integer.MAX_VALUE,
                                    SignalKind.KILL,
                                    "Superseded"));
            case Effect.UseDevice _ -> {} // simulated devices are always well
            case Effect.Forget forget ->
                    agent.take(at ->
                            new AgentInput.Forget(at, mine, epoch, Translate.id(forget.attempt())));
        }
    }

    void report(Report report) {
        Net.Stream<ToLeader, ToAgent> mine = stream;
        if (established && mine != null) {
            mine.toServer(new ToLeader.Report(Translate.report(report)));
        }
    }

    /** Beats, and breaks a stream that is silent. */
    private void look() {
        world.after(LOOK_MS, agent, this::look);
        Net.Stream<ToLeader, ToAgent> mine = stream;
        if (mine == null) {
            return;
        }
        if (world.now() - heardMs > SILENCE_MS) {
            silent = target;
            othersFirst = coordinators.size() - 1;
            endSession();
            again();
        } else if (established) {
            long since = world.now() - beatMs;
            if (since >= HEARTBEAT_MS || (since >= HEARTBEAT_MS / 2 && changed())) {
                told = agent.host().sample();
                beatMs = world.now();
                mine.toServer(new ToLeader.Heartbeat(beatMs, told));
            }
        }
    }

    private boolean changed() {
        return !agent.host().sample().equals(told);
    }
}
