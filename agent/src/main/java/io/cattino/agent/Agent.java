package io.cattino.agent;

import io.cattino.agent.core.AgentCore;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.Moment;
import io.cattino.agent.exec.Launcher;
import io.cattino.agent.exec.LogTimes;
import io.cattino.agent.exec.LogTrimmer;
import io.cattino.agent.exec.NodeFacts;
import io.cattino.agent.exec.Supervision;
import io.cattino.agent.fence.BootClock;
import io.cattino.agent.fence.FenceKeeper;
import io.cattino.agent.fence.LeaseKeeper;
import io.cattino.agent.link.AgentPort;
import io.cattino.agent.link.CoordinatorLink;
import io.cattino.agent.probe.Clearance;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.DiskWatch;
import io.cattino.agent.probe.HostMemory;
import io.cattino.agent.probe.LastLook;
import io.cattino.agent.store.DataDirectory;
import io.cattino.agent.store.DataDirectoryException;
import io.cattino.agent.store.Tombstones;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.Goodbye;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.NodeIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's agent: dials the coordinators, runs attempts, reports.
 *
 * <p>Closing it leaves the attempts running; the next agent on the same data directory takes them
 * over. Several agents may live in one process, each with its own data directory. Thread-safe.
 */
public final class Agent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private static final Path PROC = Path.of("/proc");
    private static final long TICK_MS = 100;
    private static final long LOOK_MS = 1_000;
    private static final long DISK_MS = 5_000;
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration LANES_WAIT = Duration.ofSeconds(10);
    private static final Duration STRAYS_WAIT = Duration.ofSeconds(60);
    private static final Duration FENCE_WAIT = Duration.ofSeconds(5);
    private static final Duration AWAY = Duration.ofMinutes(5);

    private final AgentConfig config;
    private final InstantSource wall = InstantSource.system();
    private final DataDirectory directory;
    private final DeviceProbe probe;
    private final Tombstones tombstones;
    private final Supervision supervision;
    private final Shortages shortages;
    private final LogTrimmer logTrimmer;
    private final BootClock clock = BootClock.system();
    private final LeaseKeeper lease;
    private final FenceKeeper fence;
    private final DiskWatch disks;
    private final EffectRunner effects;
    private final AgentLoop loop;
    private final CoordinatorLink link;
    private final HelloMaker hellos;
    private final Recovery recovery;
    private final Closer closer = new Closer();
    private final Timers timers = new Timers(closer);

    private Agent(AgentConfig config, DataDirectory directory) throws IOException {
        this.config = config;
        this.directory = directory;
        String bootId = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        this.probe = ProbeChoice.of(config, directory, bootId, this::owner, this::deviceFailed);
        NodeFacts node =
                new NodeFacts(
                        config.name(),
                        probe.kind(),
                        directory::clusterId,
                        directory.root(),
                        config.tokenFile(),
                        config.insecurePlaintext(),
                        config.pythonZip(),
                        probe::numaNode);
        this.tombstones =
                new Tombstones(
                        directory.tombstones(), Duration.ofMillis(config.limits().tombstoneMs()));
        Launcher launcher = Supervision.bestLauncher();
        this.lease = new LeaseKeeper(directory.root(), bootId, clock);
        this.fence =
                new FenceKeeper(
                        directory.root(),
                        clock,
                        lease,
                        new FenceKeeper.Start(launcher, config.fenceCommand(), FENCE_WAIT));
        this.disks = new DiskWatch(directory.root(), config.diskReserve());
        this.shortages = new Shortages(probe, new HostMemory(PROC), this::taskDirectory);
        this.supervision =
                new Supervision(
                        new Supervision.Places(directory.attempts(), directory.programs(), bootId),
                        node,
                        launcher,
                        new Ears(this::post, shortages::look));
        this.logTrimmer = new LogTrimmer(config.logCap());
        this.effects =
                new EffectRunner(
                        directory,
                        tombstones,
                        supervision,
                        logTrimmer,
                        fence,
                        new LastLook(probe, this::runningAttempts),
                        new Clearance(probe, this::runningAttempts, supervision::wasOnDevice),
                        wall,
                        this::post);
        AgentCore core =
                new AgentCore(config.limits(), directory.highestEpoch(), directory.firstSequence());
        this.loop = new AgentLoop(core, effects::run, wall, clock);
        NodeIdentity identity = HelloMaker.identity(config, directory.nodeId(), bootId);
        this.hellos = new HelloMaker(config, identity, new HostMemory(PROC));
        this.link =
                new CoordinatorLink(
                        new CoordinatorLink.Settings(
                                config.coordinators(),
                                directory.coordinators(),
                                config.token(),
                                config.silence(),
                                config.insecurePlaintext(),
                                clock),
                        new Port());
        effects.connect(link);
        this.recovery =
                new Recovery(
                        config.limits(),
                        directory,
                        tombstones,
                        supervision,
                        effects,
                        fence,
                        this::post);
    }

    /**
     * Starts an agent: locks its data directory, takes over the attempts of an earlier one, dials.
     *
     * @throws DataDirectoryException if another agent has the data directory, or it cannot be used
     */
    public static Agent start(AgentConfig config) {
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        Closer onFailure = new Closer();
        onFailure.add("data directory", directory::close);
        try {
            Agent agent = new Agent(config, directory);
            onFailure.add("agent", agent.closer::close);
            agent.run();
            return agent;
        } catch (IOException e) {
            onFailure.close();
            throw new UncheckedIOException("the agent could not start", e);
        } catch (RuntimeException e) {
            onFailure.close();
            throw e;
        }
    }

    private void run() throws IOException {
        closer.add("probe", probe::close);
        closer.add("tombstones", tombstones::close);
        closer.add("supervision", supervision::close);
        closer.add("lease", lease::close);
        closer.add("effects", this::finishEffects);
        closer.add("loop", loop::stop);
        if (directory.isNew()) {
            supervision.endStrays(STRAYS_WAIT);
        }
        recovery.run();
        loop.start();
        supervision.start();
        fence.look();
        disks.look();
        timers.every("agent-disks", DISK_MS, disks::look);
        timers.every("agent-fence", LOOK_MS, fence::look);
        HeartbeatSender heartbeats =
                new HeartbeatSender(
                        probe,
                        hellos.memory(),
                        this::runningAttempts,
                        (samples, running) -> shortages.saw(samples, running, supervision::noteUse),
                        link,
                        new Troubles(fence, disks)::now,
                        STALE_NANOS);
        timers.every("agent-sampler", TICK_MS, heartbeats::sample);
        LogTimes logTimes = new LogTimes(wall);
        timers.every("agent-logs", LOOK_MS, () -> logTimes.look(effects.taskDirectories()));
        timers.every("agent-log-cap", TICK_MS, () -> logTrimmer.look(effects.taskDirectories()));
        timers.every(
                "agent-timer",
                TICK_MS,
                () -> {
                    loop.tick();
                    heartbeats.beat();
                });
        closer.add("link", () -> link.leave(goodbye()));
        // A heart that beats without a brain would keep the leader from noticing.
        var _ = loop.failure().exceptionally(_ -> breakLink());
        link.start();
        LOG.info(
                "agent_started name={} node={} data={} devices={} log_cap={}",
                config.name(),
                directory.nodeId(),
                config.dataDirectory(),
                probe.inventory().size(),
                config.logCap());
    }

    private void finishEffects() throws InterruptedException {
        if (!effects.lanes().awaitIdle(LANES_WAIT)) {
            LOG.warn("effects_unfinished: the next agent goes on from what is on disk");
        }
    }

    /** Completes with the first welcome of a leader; cancelled when the agent is closed before. */
    public CompletableFuture<Void> registered() {
        return link.registered();
    }

    /** Completes, exceptionally, if the agent died of a bug: close it and start another. */
    public CompletableFuture<Void> failure() {
        return loop.failure().copy();
    }

    /** The node's own id, a UUID. */
    public String nodeId() {
        return directory.nodeId();
    }

    /** Says goodbye and stops. The attempts go on. */
    @Override
    public void close() {
        closer.close();
        try {
            directory.close();
        } catch (IOException e) {
            LOG.warn("close_failed what=data directory", e);
        }
    }

    private @Nullable Void breakLink() {
        link.abandon();
        return null;
    }

    private Goodbye goodbye() {
        return Goodbye.newBuilder()
                .setAway(Wire.duration(AWAY))
                .setReason("the agent was stopped")
                .build();
    }

    private void post(Function<Moment, AgentInput> input) {
        loop.post(input);
    }

    private Collection<DeviceProbe.Running> runningAttempts() {
        return loop.read(core ->
                        core.attempts().stream()
                                .filter(attempt -> !attempt.isReleased())
                                .map(attempt ->
                                        new DeviceProbe.Running(
                                                attempt.id(),
                                                attempt.devices(),
                                                supervision.session(attempt.id())))
                                .toList())
                .join();
    }

    private Optional<Path> taskDirectory(AttemptId id) {
        return Optional.ofNullable(effects.taskDirectories().get(id));
    }

    private Optional<AttemptId> owner(long pid) {
        return supervision.owner(pid);
    }

    private void deviceFailed(int device, String why, boolean kill) {
        post(at -> new AgentInput.DeviceFailed(at, device, why, kill));
    }

    /** What the link asks. */
    private final class Port implements AgentPort {

        @Override
        public CompletableFuture<Hello> hello() {
            List<DeviceProbe.Device> inventory = probe.inventory();
            return loop.ask(
                    AgentInput.HelloMade::new,
                    core -> hellos.hello(core, directory.clusterId(), inventory));
        }

        @Override
        public void post(Function<Moment, AgentInput> input) {
            loop.post(input);
        }

        @Override
        public void postLaunch(PendingLaunch launch, Function<Moment, AgentInput> input) {
            if (launch.order() instanceof Order.Valid(var order)) {
                disks.writesTo(order.runDir());
                shortages.arrives(order.id(), order.devices());
            }
            loop.post(at -> {
                effects.offer(launch);
                return input.apply(at);
            });
        }

        @Override
        public String clusterId() {
            return directory.clusterId();
        }

        @Override
        public Optional<String> joinCluster(String id) {
            try {
                directory.joinCluster(id);
            } catch (IOException e) {
                LOG.error("cluster_not_kept cluster={}", id, e);
                return Optional.of("the cluster's id could not be kept");
            }
            return recovery.findOrphans();
        }

        @Override
        public boolean keepCoordinators(List<String> all) {
            try {
                directory.keepCoordinators(all);
                return true;
            } catch (IOException e) {
                LOG.warn("coordinators_not_kept all={}", all, e);
                return false;
            }
        }

        @Override
        public long highestEpoch() {
            return directory.highestEpoch();
        }

        @Override
        public void leased(long bootMs) {
            lease.extend(bootMs);
        }

        @Override
        public void use(String uuid) {
            probe.use(uuid);
        }

        @Override
        public Optional<Path> taskDirectory(AttemptId id) {
            return Agent.this.taskDirectory(id);
        }

        @Override
        public CompletableFuture<Boolean> isOver(AttemptId id) {
            return loop.read(
                    core -> core.attempt(id).map(attempt -> !attempt.mayWrite()).orElse(true));
        }
    }
}
