package io.cattino.it.sim;

import io.cattino.agent.core.AgentCore;
import io.cattino.agent.core.AgentEffect;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AgentLimits;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.Moment;
import io.cattino.agent.core.SignalKind;
import io.cattino.coordinator.core.Effect;
import io.cattino.it.sim.Host.Records;
import io.cattino.it.sim.Host.Work;
import io.cattino.it.sim.World.Actor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An agent's process: the product's core, and around it what {@code EffectRunner}, {@code
 * Supervision}, {@code Recovery} and {@code AttemptWatcher} do, each thing of an attempt after the
 * other and late.
 */
final class Agent extends Actor {
    private static final long TICK_MS = 250;
    private static final long SWEEP_MS = 1_000;
    private static final long ANONYMOUS_MS = 10_000;
    private static final long GRACE_MS = 30_000;
    private static final long FROZEN_MS = 10_000;

    private final World world;
    private final Host host;
    private final Checker checker;
    private final Planted planted;
    private final Link link;
    private @Nullable AgentCore core;
    private final Map<AttemptId, Long> lanes = new HashMap<>();
    private final Map<AttemptId, Watched> watched = new TreeMap<>();
    private final Map<AttemptId, Boolean> recovered = new HashMap<>();
    private final Set<AttemptId> orphans = new HashSet<>();
    private Effect.@Nullable Launch offered;
    private int armed = -1;
    private long lookedMs;

    /** What the watcher knows of an attempt. */
    private static final class Watched {
        final long sinceMs;
        boolean supervisorKnown;
        boolean commandSeen;
        boolean unstartedTold;

        Watched(long sinceMs) {
            this.sinceMs = sinceMs;
        }
    }

    Agent(
            String name,
            World world,
            Net net,
            Host host,
            List<Coordinator> coordinators,
            Checker checker,
            Planted planted) {
        super(name);
        this.world = world;
        this.host = host;
        this.checker = checker;
        this.planted = planted;
        this.link = new Link(this, world, net, coordinators);
        host.runs(this);
    }

    /** The process starts, on a machine that is up. */
    void start() {
        begin();
        world.note(this, "starts");
        lookedMs = world.now();
        lanes.clear();
        watched.clear();
        recovered.clear();
        orphans.clear();
        long epoch = planted == Planted.AGENT_FORGETS_EPOCH ? 0 : host.disk.epoch;
        core = new AgentCore(AgentLimits.DEFAULTS, epoch, host.disk.sequences + 1);
        host.disk.sequences += 1_000_000;
        recover();
        world.after(TICK_MS, this, this::tick);
        world.after(SWEEP_MS, this, this::sweep);
        link.start();
    }

    /** Like kill -9. */
    void crash() {
        if (isUp()) {
            world.note(this, "crashes");
            core = null;
            end();
        }
    }

    Host host() {
        return host;
    }

    AgentCore core() {
        AgentCore now = core;
        if (now == null) {
            throw new IllegalStateException(name + " is not up");
        }
        return now;
    }

    Planted planted() {
        return planted;
    }

    /** Was found when this process began. */
    boolean isRecovered(AttemptId id) {
        return recovered.containsKey(id);
    }

    private void recover() {
        host.disk.tombstones.forEach((id, end) ->
                take(at ->
                        new AgentInput.Recovered(
                                at,
                                id,
                                List.of(),
                                0,
                                new AgentInput.Found.Buried(end, at.wallMs() + 86_400_000))));
        for (AttemptId id : List.copyOf(host.disk.attempts.keySet())) {
            Records records = records(id);
            if (records == null || host.disk.tombstones.containsKey(id)) {
                host.disk.attempts.remove(id);
                continue;
            }
            recovered.put(id, true);
            AgentInput.Found found = found(id, records);
            take(at -> new AgentInput.Recovered(at, id, records.devices, records.graceMs, found));
            if (found instanceof AgentInput.Found.Alive) {
                watch(id);
            }
        }
        host.living().stream()
                .filter(id -> !host.disk.attempts.containsKey(id))
                .forEach(this::adopt);
    }

    /** It is found by its marker; there is nothing else to tell of it. */
    private void adopt(AttemptId id) {
        checker.seen("orphan");
        recovered.put(id, true);
        orphans.add(id);
        take(at ->
                new AgentInput.Recovered(
                        at, id, List.of(), GRACE_MS, new AgentInput.Found.Orphan(1, at.wallMs())));
        watch(id);
    }

    private AgentInput.Found found(AttemptId id, Records records) {
        if (records.end != null) {
            return new AgentInput.Found.Decided(records.end);
        }
        boolean known = records.supervisorBoot != 0;
        boolean alive =
                known && records.supervisorBoot == host.boots() && host.isSupervisorAlive(id);
        if (records.exit != null || alive || (known && records.fenced)) {
            return new AgentInput.Found.Alive();
        }
        return known
                ? new AgentInput.Found.Gone(records.stopMarked, records.course())
                : new AgentInput.Found.Ordered();
    }

    private @Nullable Records records(AttemptId id) {
        return host.disk.attempts.get(id);
    }

    private Records claimed(AttemptId id) {
        return host.disk.attempts.computeIfAbsent(id, _ -> new Records(List.of(), GRACE_MS));
    }

    private void tick() {
        take(AgentInput.Tick::new);
        world.after(TICK_MS, this, this::tick);
    }

    /** The core takes an input, and what it wants done is done, soon. */
    void take(Function<Moment, AgentInput> input) {
        AgentCore mine = core;
        if (mine == null || !isUp()) {
            return;
        }
        noticeFreeze(mine);
        AgentInput made = input.apply(new Moment(world.now(), world.wallMs()));
        List<AgentEffect> effects = mine.step(made);
        if (made instanceof AgentInput.Command command && !effects.isEmpty()) {
            checker.obeyed(host, command.epoch());
        } else if (made instanceof AgentInput.Connected welcome
                && effects.stream().noneMatch(AgentEffect.DropSession.class::isInstance)) {
            checker.obeyed(host, welcome.epoch());
        }
        effects.forEach(this::run);
    }

    private void noticeFreeze(AgentCore mine) {
        long gap = world.now() - lookedMs;
        lookedMs = world.now();
        if (gap >= FROZEN_MS) {
            checker.seen("frozen");
            mine.step(new AgentInput.Frozen(new Moment(world.now(), world.wallMs()), gap))
                    .forEach(this::run);
        }
    }

    /** The leader orders an attempt to be started. */
    void launch(long generation, long epoch, Effect.Launch launch) {
        offered = launch;
        take(at ->
                new AgentInput.Launch(
                        at,
                        generation,
                        epoch,
                        Translate.id(launch.attempt()),
                        Translate.promises(launch.devices()),
                        GRACE_MS));
        offered = null;
    }

    private void run(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.Spawn(AttemptId id) -> {
                Effect.Launch launch = offered;
                onLane(id, () -> prepare(id, launch));
            }
            case AgentEffect.PersistEpoch(long epoch) -> host.disk.epoch = epoch;
            case AgentEffect.DropSession(long generation, _) -> link.drop(generation);
            case AgentEffect.OfAttempt of -> onLane(of.id(), () -> perform(of));
        }
    }

    /** What is done for one attempt keeps its order. */
    private void onLane(AttemptId id, Runnable work) {
        long soonest =
                world.now() + (world.chance(3) ? world.between(0, 800) : world.between(0, 8));
        long when = Math.max(soonest, lanes.getOrDefault(id, 0L));
        lanes.put(id, when);
        world.after(when - world.now(), this, work);
    }

    private void prepare(AttemptId id, Effect.@Nullable Launch launch) {
        if (launch == null) {
            throw new IllegalStateException("nothing was offered for " + id);
        }
        if (crashIf(0)) {
            return;
        }
        Records before = records(id);
        if (before == null) {
            host.disk.attempts.put(id, new Records(Translate.promises(launch.devices()), GRACE_MS));
        }
        launch.loss()
                .ifPresent(loss -> {
                    Records records = claimed(id);
                    records.fenceBoot = host.boots();
                    records.fenceAfterMs = loss.fenceAfterMs();
                    records.launchedMs = world.now();
                });
        if (world.chance(2)) {
            claim(id, "DiskFull");
            return;
        }
        if (crashIf(1)) {
            return;
        }
        Work work = Jobs.work(launch);
        onLane(
                id,
                () -> {
                    if (host.isOver(claimed(id))) {
                        checker.seen("lease over");
                        claim(id, "LeaseOver");
                        return;
                    }
                    host.spawn(id, work, world.chance(armed == 2 ? 60 : 4));
                    if (crashIf(2)) {
                        return;
                    }
                    watch(id).supervisorKnown = true;
                    take(at -> new AgentInput.Spawned(at, id));
                });
    }

    /** Nothing may start any more, then it says so. */
    private void claim(AttemptId id, String why) {
        Records records = claimed(id);
        if (records.startedBy == null) {
            records.startedBy = "agent";
        }
        take(at ->
                new AgentInput.SpawnFailed(at, id, new AttemptResult.NotStarted(why, "not now")));
    }

    /** A leader is known to have heard this agent then. */
    void leased(long when) {
        int boot = host.boots();
        long epochs = core().highestEpoch();
        world.after(
                world.between(0, 20),
                this,
                () -> {
                    if (host.boots() == boot && epochs <= core().highestEpoch()) {
                        host.leased(when);
                    }
                });
    }

    /** It will crash at its next launch: before, amid or after. */
    void arm(int where) {
        armed = where;
    }

    private boolean crashIf(int where) {
        if (armed != where) {
            return false;
        }
        armed = -1;
        checker.seen("crashed at a launch, " + where);
        crash();
        world.after(world.between(0, 2_000), host, this::restart);
        return true;
    }

    /** Somebody starts it again, if its machine is up. */
    void restart() {
        if (host.isUp() && !isUp()) {
            start();
        }
    }

    private void perform(AgentEffect.OfAttempt effect) {
        AttemptId id = effect.id();
        switch (effect) {
            case AgentEffect.Spawn _ -> throw new IllegalStateException("not here");
            case AgentEffect.ClaimStarted _ -> claim(id);
            case AgentEffect.WriteStopMark _ -> claimed(id).stopMarked = true;
            case AgentEffect.NoteStop _ -> {}
            case AgentEffect.SignalSession(_, SignalKind kind) -> {
                if (planted == Planted.KILL_BELIEVED) {
                    take(at ->
                            new AgentInput.ProcessEnded(
                                    at,
                                    id,
                                    new AttemptResult.Exited(143),
                                    at.wallMs(),
                                    Course.NONE));
                }
                world.after(world.between(0, 10), host, () -> host.signal(id, kind));
            }
            case AgentEffect.CheckLeftovers _ ->
                    world.after(
                            world.between(0, 10),
                            this,
                            () -> {
                                int alive =
                                        planted == Planted.KILL_BELIEVED
                                                ? 0
                                                : host.processes(
                                                        id,
                                                        planted != Planted.LEFTOVERS_NOT_COUNTED);
                                take(at -> new AgentInput.LeftoversCounted(at, id, alive));
                            });
            case AgentEffect.PersistEnd(_, var end) -> {
                watched.remove(id);
                claimed(id).end = end;
            }
            case AgentEffect.Send(var report) -> link.report(report);
            case AgentEffect.Bury(_, var end) -> {
                host.disk.tombstones.put(id, end);
                watched.remove(id);
                host.disk.attempts.remove(id);
            }
        }
    }

    private void claim(AttemptId id) {
        Records records = claimed(id);
        boolean free = records.startedBy == null;
        if (free && planted != Planted.START_MARK_FORGOTTEN) {
            records.startedBy = "agent";
        }
        boolean won = free || "agent".equals(records.startedBy);
        if (won) {
            watched.remove(id);
        } else {
            watch(id);
        }
        take(at ->
                new AgentInput.StartClaimed(
                        at, id, won ? AgentInput.Claim.WON : AgentInput.Claim.LOST));
    }

    private Watched watch(AttemptId id) {
        Watched known = watched.get(id);
        if (known != null) {
            return known;
        }
        Watched added = new Watched(world.now());
        watched.put(id, added);
        world.after(0, this, () -> look(id, false));
        return added;
    }

    /** The host's files tell something new of an attempt. */
    void filesChanged(AttemptId id) {
        if (isUp()) {
            world.deliver(this, () -> look(id, false));
        }
    }

    private void sweep() {
        List.copyOf(watched.keySet()).forEach(id -> look(id, true));
        world.after(SWEEP_MS, this, this::sweep);
    }

    private void look(AttemptId id, boolean audit) {
        Watched each = watched.get(id);
        Records records = records(id);
        if (each != null && orphans.contains(id)) {
            if (audit && !host.isSupervisorAlive(id)) {
                boolean marked = records != null && records.stopMarked;
                watched.remove(id);
                take(at -> new AgentInput.SupervisorGone(at, id, true, marked, Course.NONE));
            }
            return;
        }
        if (each == null || records == null) {
            return;
        }
        boolean dead = audit && isSupervisorDead(id, each, records);
        if (!each.commandSeen && records.pid != 0) {
            each.commandSeen = true;
            each.supervisorKnown = true;
            long pid = records.pid;
            long when = records.startedWallMs;
            take(at -> new AgentInput.ProcessStarted(at, id, pid, when));
        }
        Integer exit = records.exit;
        if (exit != null) {
            watched.remove(id);
            long when = records.exitWallMs;
            Course course = records.course();
            take(at ->
                    new AgentInput.ProcessEnded(
                            at, id, new AttemptResult.Exited(exit), when, course));
        } else if (dead && records.fenced) {
            watched.remove(id);
            Course course = records.course();
            take(at ->
                    new AgentInput.ProcessEnded(
                            at, id, new AttemptResult.Fenced("fenced"), at.wallMs(), course));
        } else if (dead) {
            boolean started = records.startedBy != null;
            if (started) {
                watched.remove(id);
            }
            if (started || !each.unstartedTold) {
                each.unstartedTold = true;
                boolean marked = records.stopMarked;
                Course course = records.course();
                take(at -> new AgentInput.SupervisorGone(at, id, started, marked, course));
            }
        }
    }

    private boolean isSupervisorDead(AttemptId id, Watched each, Records records) {
        boolean known = each.supervisorKnown || records.supervisorBoot != 0;
        if (known) {
            boolean thisBoot =
                    records.supervisorBoot == 0 || records.supervisorBoot == host.boots();
            return !thisBoot || !host.isSupervisorAlive(id);
        }
        return records.startedBy != null && world.now() - each.sinceMs > ANONYMOUS_MS;
    }

    /** Whom it talks to, for those who look. */
    Optional<Coordinator> leader() {
        return link.leader();
    }

    boolean isConnected() {
        return link.isEstablished();
    }
}
