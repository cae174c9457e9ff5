package io.cattino.it.sim;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.DevicePeak;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.End;
import io.cattino.agent.core.SignalKind;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.it.sim.World.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A machine: its disk, its devices, its processes. The processes outlive the agent; a boot ends
 * them, and what nobody had made durable may be lost with it.
 */
final class Host extends Actor {
    static final long DEVICE_MIB = 20_000;

    /** What the page cache keeps for so long may be lost with the power. */
    private static final long UNSYNCED_MS = 5_000;

    private final World world;
    private final Checker checker;
    private final Planted planted;
    private final NodeInventory inventory;
    private final List<Supervisor> supervisors = new ArrayList<>();
    private int boots;
    private long pids = 100;
    private @Nullable Agent agent;

    /** The lease that the fence knows of, and of which boot it is. */
    private long leaseMs;

    private int leaseBoot;

    /** What the fence has read of this boot's attempts. */
    private final Map<AttemptId, Records> fenced = new TreeMap<>();

    /** Outlives everything. */
    final Disk disk = new Disk();

    /** The agent's data directory. */
    static final class Disk {
        long epoch;
        long sequences;
        final Map<AttemptId, Records> attempts = new TreeMap<>();
        final Map<AttemptId, End> tombstones = new TreeMap<>();
    }

    /** One attempt's directory. */
    static final class Records {
        final List<DevicePromise> devices;
        final long graceMs;
        @Nullable String startedBy;

        /** Boot in which the supervisor wrote down who it is; 0: it has not. */
        int supervisorBoot;

        long pid;
        long startedWallMs;
        @Nullable Integer exit;
        long exitWallMs;
        int groupsStarted;

        /** By device, MiB. */
        final Map<Integer, Long> peaks = new TreeMap<>();

        boolean stopMarked;

        /** Boot in which it was launched to be fenced; 0: it never is. */
        int fenceBoot;

        long fenceAfterMs;
        long launchedMs;
        boolean fenced;
        @Nullable End end;
        private long written;

        Records(List<DevicePromise> devices, long graceMs) {
            this.devices = devices;
            this.graceMs = graceMs;
        }

        Course course() {
            return new Course(
                    groupsStarted,
                    peaks.entrySet().stream()
                            .map(peak -> new DevicePeak(peak.getKey(), peak.getValue()))
                            .toList());
        }
    }

    /** What an attempt's command does. */
    record Work(long forMs, int code, boolean ignoresTerm, long childForMs, int groups) {}

    /**
     * A supervisor of an attempt, with the command that it watches and what that left behind. An
     * attempt has several where its records were lost before its command had begun.
     */
    private static final class Supervisor {
        final AttemptId id;
        final Work work;
        final List<DevicePromise> devices;
        boolean alive = true;
        boolean commandAlive;
        boolean childAlive;

        Supervisor(AttemptId id, Work work, List<DevicePromise> devices) {
            this.id = id;
            this.work = work;
            this.devices = devices;
        }

        boolean uses() {
            return commandAlive || childAlive;
        }
    }

    Host(String name, int devices, World world, Checker checker, Planted planted) {
        super(name);
        this.world = world;
        this.checker = checker;
        this.planted = planted;
        List<DeviceInfo> all = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            all.add(new DeviceInfo(i, "GPU-" + i, "sim card", "fake", DEVICE_MIB));
        }
        this.inventory = new NodeInventory(all, 16, 262_144, 8, new TreeMap<>());
    }

    void runs(Agent its) {
        this.agent = its;
    }

    NodeInventory inventory() {
        return inventory;
    }

    NodeIdentity identity() {
        return new NodeIdentity(new NodeId("id-" + name), "machine-" + name, "boot-" + boots, name);
    }

    int boots() {
        return boots;
    }

    /** The power comes back. */
    void boot() {
        begin();
        boots++;
        world.note(this, "boots", boots);
        world.after(1_000, this, this::fence);
    }

    /** A leader is known to have heard of this machine then. */
    void leased(long when) {
        if (leaseBoot != boots || when > leaseMs) {
            leaseBoot = boots;
            leaseMs = when;
        }
    }

    /** Empty before the first lease of this boot. */
    OptionalLong lease() {
        return leaseBoot == boots ? OptionalLong.of(leaseMs) : OptionalLong.empty();
    }

    boolean isOver(Records records) {
        return records.fenceBoot == boots
                && world.now() - lease().orElse(records.launchedMs) >= records.fenceAfterMs;
    }

    /** What the fence's process does, once a second. */
    private void fence() {
        world.after(1_000, this, this::fence);
        Agent its = agent;
        if (planted == Planted.FENCE_DIES_WITH_AGENT && its != null && !its.isUp()) {
            return;
        }
        fenced.keySet().removeIf(id -> !livesOn(id));
        fenced.putAll(disk.attempts);
        fenced.forEach((id, records) -> {
            if (isOver(records)) {
                kill(id, records);
            }
        });
    }

    /** It is watched though somebody deleted its records. */
    private boolean livesOn(AttemptId id) {
        return of(id).stream().anyMatch(each -> each.alive || each.uses());
    }

    private List<Supervisor> of(AttemptId id) {
        return supervisors.stream().filter(each -> each.id.equals(id)).toList();
    }

    private void kill(AttemptId id, Records records) {
        if (records.exit == null) {
            records.fenced = true;
        }
        if (records.startedBy == null) {
            records.startedBy = "agent";
        }
        for (Supervisor supervisor : of(id)) {
            if (supervisor.alive || supervisor.uses()) {
                world.note(this, "fences", id.toString());
                checker.seen("fenced");
                supervisor.alive = false;
                supervisor.childAlive = false;
                if (supervisor.commandAlive) {
                    commandEnds(id, supervisor, 137);
                }
            }
        }
    }

    /** The power goes. */
    void crash() {
        world.note(this, "loses its power");
        for (Supervisor supervisor : supervisors) {
            if (supervisor.commandAlive) {
                checker.commandEnded(this, supervisor.id);
            }
        }
        supervisors.clear();
        fenced.clear();
        for (Records records : disk.attempts.values()) {
            if (world.now() - records.written < UNSYNCED_MS && world.chance(50)) {
                records.exit = null;
                if (world.chance(50)) {
                    records.pid = 0;
                    records.supervisorBoot = 0;
                    if ("supervisor".equals(records.startedBy) && world.chance(50)) {
                        records.startedBy = null;
                    }
                }
            }
        }
        end();
    }

    /** Somebody deletes what the agent knew of some attempts that the fence has seen. */
    void loseRecords() {
        for (AttemptId id : List.copyOf(disk.attempts.keySet())) {
            if (world.chance(50) && fenced.containsKey(id)) {
                world.note(this, "loses its records of", id.toString());
                disk.attempts.remove(id);
            }
        }
    }

    /**
     * A supervisor is spawned; the agent may die now, and it goes on.
     *
     * @param slowly whether the machine is busy just now
     */
    void spawn(AttemptId id, Work work, boolean slowly) {
        Records records = disk.attempts.get(id);
        if (records == null) {
            return;
        }
        Supervisor supervisor = new Supervisor(id, work, records.devices);
        supervisors.add(supervisor);
        long slow = slowly ? world.between(500, 4_000) : world.between(1, 20);
        world.after(slow, this, () -> begin(id, supervisor));
    }

    /** {@code mkdir started || exit}, and the command. */
    private void begin(AttemptId id, Supervisor supervisor) {
        Records records = disk.attempts.get(id);
        if (!supervisor.alive) {
            return;
        }
        if (records == null || records.startedBy != null) {
            supervisor.alive = false;
            return;
        }
        records.startedBy = "supervisor";
        records.written = world.now();
        world.after(
                world.chance(5) ? world.between(0, 500) : world.between(0, 3),
                this,
                () -> {
                    if (supervisor.alive) {
                        records.supervisorBoot = boots;
                        run(id, supervisor, records);
                    }
                });
    }

    private void run(AttemptId id, Supervisor supervisor, Records records) {
        supervisor.commandAlive = true;
        records.pid = ++pids;
        records.startedWallMs = world.wallMs();
        records.written = world.now();
        world.note(this, "runs", id.toString());
        checker.commandStarted(this, id);
        checker.use(this, inventory.devices().size(), this::used);
        changed(id);
        world.after(
                supervisor.work.forMs(),
                this,
                () -> {
                    if (supervisor.commandAlive) {
                        supervisor.childAlive = supervisor.work.childForMs() > 0;
                        commandEnds(id, supervisor, supervisor.work.code());
                        if (supervisor.childAlive) {
                            world.after(
                                    supervisor.work.childForMs(),
                                    this,
                                    () -> supervisor.childAlive = false);
                        }
                    }
                });
    }

    private void commandEnds(AttemptId id, Supervisor supervisor, int code) {
        supervisor.commandAlive = false;
        world.note(this, "ran", id.toString(), code);
        checker.commandEnded(this, id);
        Records records = disk.attempts.get(id);
        if (supervisor.alive) {
            supervisor.alive = false;
            if (records != null) {
                records.exit = code;
                records.exitWallMs = world.wallMs();
                records.groupsStarted = supervisor.work.groups();
                records.written = world.now();
            }
            changed(id);
        }
    }

    private void changed(AttemptId id) {
        Agent its = agent;
        if (its != null) {
            world.after(world.between(0, 30), this, () -> its.filesChanged(id));
        }
    }

    void signal(AttemptId id, SignalKind kind) {
        of(id).forEach(supervisor -> signal(supervisor, kind));
    }

    private void signal(Supervisor supervisor, SignalKind kind) {
        boolean kill = kind == SignalKind.KILL;
        supervisor.childAlive = supervisor.childAlive && !kill;
        if (supervisor.commandAlive && (kill || !supervisor.work.ignoresTerm())) {
            world.after(
                    kill ? 0 : world.between(1, 200),
                    this,
                    () -> {
                        if (supervisor.commandAlive) {
                            commandEnds(supervisor.id, supervisor, kill ? 137 : 143);
                        }
                    });
        }
    }

    /** The supervisor is killed by somebody else, perhaps with its command. */
    void killSupervisor(boolean command) {
        List<Supervisor> alive = supervisors.stream().filter(each -> each.alive).toList();
        if (!alive.isEmpty()) {
            Supervisor supervisor = world.one(alive);
            world.note(this, "loses the supervisor of", supervisor.id.toString());
            supervisor.alive = false;
            if (command && supervisor.commandAlive) {
                commandEnds(supervisor.id, supervisor, 137);
            }
        }
    }

    boolean isSupervisorAlive(AttemptId id) {
        return of(id).stream().anyMatch(each -> each.alive);
    }

    /** Processes of it, its supervisor apart. */
    int processes(AttemptId id, boolean withChildren) {
        return of(id).stream()
                .mapToInt(each ->
                        (each.commandAlive ? 1 : 0) + (each.childAlive && withChildren ? 1 : 0))
                .sum();
    }

    /** Attempts of which a process lives. */
    Set<AttemptId> living() {
        return supervisors.stream()
                .filter(Supervisor::uses)
                .map(each -> each.id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long used(int device) {
        long sum = 0;
        for (Supervisor supervisor : supervisors) {
            sum += supervisor.uses() ? mib(supervisor, device) : 0;
        }
        return sum;
    }

    private static long mib(Supervisor supervisor, int device) {
        return supervisor.devices.stream()
                .filter(promise -> promise.index() == device)
                .mapToLong(DevicePromise::mib)
                .sum();
    }

    List<DeviceSample> sample() {
        List<DeviceSample> samples = new ArrayList<>();
        for (int device = 0; device < inventory.devices().size(); device++) {
            List<AttemptUse> uses = new ArrayList<>();
            for (Supervisor each : supervisors) {
                long mib = each.uses() ? mib(each, device) : 0;
                if (mib > 0) {
                    uses.add(new AttemptUse(Translate.id(each.id), mib));
                    notePeak(each.id, device, mib);
                }
            }
            samples.add(new DeviceSample(device, used(device), uses, false));
        }
        return samples;
    }

    private void notePeak(AttemptId id, int device, long mib) {
        Records records = disk.attempts.get(id);
        if (records != null) {
            records.peaks.merge(device, mib, Math::max);
        }
    }
}
