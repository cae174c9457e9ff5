package io.cattino.coordinator.agents;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.DeviceInventory;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Judges an agent's first message. What is said of the node itself has to be right, or there is no
 * session; what is said of attempts is made harmless (see {@link AgentValues}), so that one spoiled
 * record does not cost a farm its node. Immutable; any thread.
 */
final class HelloCheck {
    /** What this leader speaks. */
    static final int PROTOCOL = 2;

    private static final int MAX_CPUS = 65_536;
    private static final int MAX_SLOTS = 100_000;
    private static final int MAX_NEAR = 128;
    private static final int MAX_ATTEMPTS = 100_000;
    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");
    private static final Pattern MACHINE = Pattern.compile("[!-~]{0,128}");
    private static final Pattern BOOT = Pattern.compile("[!-~]{1,128}");

    private final String clusterId;
    private final long epoch;

    HelloCheck(String clusterId, long epoch) {
        this.clusterId = clusterId;
        this.epoch = epoch;
    }

    /** What the check makes of a hello. */
    sealed interface Verdict {
        /**
         * It may come in.
         *
         * @param meaningless sequences of reports that nobody will ever understand: to be
         *     acknowledged, or they come for ever
         */
        record Welcome(
                NodeIdentity identity,
                NodeInventory inventory,
                String agentVersion,
                List<RunningAttempt> running,
                List<AgentReport> reports,
                List<Long> meaningless)
                implements Verdict {
            Set<Integer> deviceIndexes() {
                return inventory.devices().stream()
                        .map(DeviceInfo::index)
                        .collect(Collectors.toUnmodifiableSet());
            }

            Input.AgentConnected input(io.cattino.coordinator.core.model.Time at, long generation) {
                return new Input.AgentConnected(
                        at, generation, identity, inventory, agentVersion, running, reports);
            }
        }

        record Refused(Refusal.Code code, String text) implements Verdict {}
    }

    /**
     * @param nowWallMs for times that the agent left out
     */
    Verdict check(Hello hello, long nowWallMs) {
        if (hello.getProtocolMin() > PROTOCOL || hello.getProtocolMax() < PROTOCOL) {
            return refused(
                    Refusal.Code.CODE_UPGRADE_REQUIRED,
                    "the agent speaks protocol "
                            + hello.getProtocolMin()
                            + " to "
                            + hello.getProtocolMax()
                            + ", this coordinator "
                            + PROTOCOL);
        }
        if (!hello.getClusterId().isEmpty() && !hello.getClusterId().equals(clusterId)) {
            return refused(
                    Refusal.Code.CODE_WRONG_CLUSTER,
                    "the agent belongs to cluster "
                            + Texts.word(hello.getClusterId())
                            + ", this is "
                            + clusterId
                            + "; its data directory tells which one it belongs to");
        }
        if (hello.getHighestEpoch() > epoch) {
            return refused(
                    Refusal.Code.CODE_OLD_EPOCH,
                    "the agent has obeyed epoch "
                            + hello.getHighestEpoch()
                            + ", this leader is of epoch "
                            + epoch
                            + "; if ZooKeeper was restored from an old backup: meow admin adopt --raise-epoch "
                            + hello.getHighestEpoch());
        }
        return identity(hello)
                .or(() -> inventory(hello.getInventory()))
                .or(() -> lists(hello))
                .map(problem -> refused(Refusal.Code.CODE_INVALID, problem))
                .orElseGet(() -> welcome(hello, nowWallMs));
    }

    private static Verdict refused(Refusal.Code code, String text) {
        return new Verdict.Refused(code, Texts.sentence(text));
    }

    private static Optional<String> identity(Hello hello) {
        io.cattino.proto.v1.NodeIdentity identity = hello.getIdentity();
        if (!UUID.matcher(identity.getNodeId().toLowerCase(Locale.ROOT)).matches()) {
            return Optional.of("identity.node_id: not a UUID");
        }
        if (!MACHINE.matcher(identity.getMachineId()).matches()) {
            return Optional.of("identity.machine_id: at most 128 printable characters");
        }
        if (!BOOT.matcher(identity.getBootId()).matches()) {
            return Optional.of("identity.boot_id: 1 to 128 printable characters");
        }
        return NAME.matcher(identity.getName()).matches()
                ? Optional.empty()
                : Optional.of(
                        "identity.name: 1 to 253 of A-Z a-z 0-9 . _ - and first a letter or digit; choose one by --name");
    }

    private static Optional<String> inventory(io.cattino.proto.v1.NodeInventory inventory) {
        if (inventory.getDevicesCount() > Limits.MAX_DEVICES) {
            return Optional.of("inventory.devices: at most " + Limits.MAX_DEVICES);
        }
        if (inventory.getCpus() < 0 || inventory.getCpus() > MAX_CPUS) {
            return Optional.of("inventory.cpus: 0 to " + MAX_CPUS);
        }
        if (inventory.getMemoryMib() < 0 || inventory.getMemoryMib() > Limits.MAX_MIB) {
            return Optional.of("inventory.memory_mib: 0 to " + Limits.MAX_MIB);
        }
        if (inventory.getSlots() < 0 || inventory.getSlots() > MAX_SLOTS) {
            return Optional.of("inventory.slots: 0 to " + MAX_SLOTS);
        }
        if (inventory.getLabelsCount() > Limits.MAX_LABELS) {
            return Optional.of("inventory.labels: at most " + Limits.MAX_LABELS);
        }
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < inventory.getDevicesCount(); i++) {
            DeviceInventory device = inventory.getDevices(i);
            if (device.getIndex() < 0
                    || device.getIndex() > AgentValues.MAX_INDEX
                    || !seen.add(device.getIndex())) {
                return Optional.of(
                        "inventory.devices["
                                + i
                                + "].index: 0 to "
                                + AgentValues.MAX_INDEX
                                + ", each once");
            }
            if (device.getTotalMib() < 0 || device.getTotalMib() > Limits.MAX_MIB) {
                return Optional.of(
                        "inventory.devices[" + i + "].total_mib: 0 to " + Limits.MAX_MIB);
            }
            if (device.getNearCount() > MAX_NEAR) {
                return Optional.of("inventory.devices[" + i + "].near: at most " + MAX_NEAR);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> lists(Hello hello) {
        if (hello.getRunningCount() > MAX_ATTEMPTS) {
            return Optional.of("running: at most " + MAX_ATTEMPTS);
        }
        return hello.getUnacknowledgedCount() > MAX_ATTEMPTS
                ? Optional.of(
                        "unacknowledged: at most " + MAX_ATTEMPTS + "; send the rest as reports")
                : Optional.empty();
    }

    private static Verdict welcome(Hello hello, long nowWallMs) {
        io.cattino.proto.v1.NodeIdentity identity = hello.getIdentity();
        List<AgentReport> reports = new ArrayList<>();
        List<Long> meaningless = new ArrayList<>();
        for (AttemptReport report : hello.getUnacknowledgedList()) {
            AgentValues.report(report, nowWallMs)
                    .ifPresentOrElse(
                            reports::add,
                            () -> {
                                if (AgentValues.attempt(report.getRef()).isEmpty()) {
                                    meaningless.add(report.getSequence());
                                }
                            });
        }
        return new Verdict.Welcome(
                new NodeIdentity(
                        new NodeId(identity.getNodeId().toLowerCase(Locale.ROOT)),
                        identity.getMachineId(),
                        identity.getBootId(),
                        identity.getName()),
                inventoryOf(hello.getInventory()),
                Texts.word(hello.getAgentVersion()),
                running(hello, nowWallMs),
                reports,
                meaningless);
    }

    private static NodeInventory inventoryOf(io.cattino.proto.v1.NodeInventory inventory) {
        List<DeviceInfo> devices =
                inventory.getDevicesList().stream()
                        .map(device -> device(device, inventory.getDevicesList()))
                        .toList();
        TreeMap<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, String> label : inventory.getLabelsMap().entrySet()) {
            labels.put(Texts.word(label.getKey()), Texts.word(label.getValue()));
        }
        return new NodeInventory(
                devices,
                inventory.getCpus(),
                inventory.getMemoryMib(),
                inventory.getSlots(),
                labels);
    }

    private static DeviceInfo device(DeviceInventory device, List<DeviceInventory> all) {
        return new DeviceInfo(
                device.getIndex(),
                Texts.word(device.getUuid()),
                Texts.word(device.getModel()),
                Texts.word(device.getKind()),
                device.getTotalMib(),
                Texts.word(device.getDriver()),
                Texts.word(device.getPciBusId()),
                device.hasNumaNode() && device.getNumaNode() >= 0
                        ? device.getNumaNode()
                        : DeviceInfo.NUMA_UNKNOWN,
                near(device, all));
    }

    private static List<Integer> near(DeviceInventory device, List<DeviceInventory> all) {
        return all.stream()
                .map(DeviceInventory::getIndex)
                .filter(index -> index != device.getIndex() && device.getNearList().contains(index))
                .sorted()
                .toList();
    }

    private static List<RunningAttempt> running(Hello hello, long nowWallMs) {
        List<RunningAttempt> out = new ArrayList<>();
        Set<AttemptId> seen = new HashSet<>();
        for (io.cattino.proto.v1.RunningAttempt attempt : hello.getRunningList()) {
            Optional<AttemptId> id = AgentValues.attempt(attempt.getRef());
            if (id.isPresent() && seen.add(id.get())) {
                boolean started = attempt.getStarted();
                out.add(
                        new RunningAttempt(
                                id.get(),
                                started ? Math.max(0, attempt.getPid()) : 0,
                                started ? AgentValues.wallMs(attempt.getStartTime(), nowWallMs) : 0,
                                AgentValues.shares(attempt.getDevicesList())));
            }
        }
        return out;
    }
}
