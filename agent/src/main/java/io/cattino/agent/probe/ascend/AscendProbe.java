package io.cattino.agent.probe.ascend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.Squatters;
import io.cattino.agent.probe.VisibleDevices;
import io.cattino.agent.probe.ascend.NpuTable.Chip;
import io.cattino.agent.probe.ascend.NpuTable.ProcessUse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Huawei's Ascend cards, each chip a device, through {@code npu-smi}: what the driver tells
 * otherwise needs its library's headers. The program is run once a second at most; who asks within
 * a second after it was started gets what it said then.
 *
 * <p>Which devices there are is found out once, when it shows some for the first time: tasks are
 * told theirs by index, so an index must not change its meaning while the agent runs. A device that
 * is not found again under its index is unknown until the agent is started anew.
 */
public final class AscendProbe implements DeviceProbe {

    private static final Logger LOG = LoggerFactory.getLogger(AscendProbe.class);

    /** What firmware keeps of a card is rounded to so many MiB: it differs by a few. */
    private static final long RESERVE_STEP_MIB = 64;

    /** It is no more than one part in so many: more is somebody's. */
    private static final long RESERVE_PART = 8;

    private final NpuSmi program;
    private final Duration again;
    private final VisibleDevices visible;
    private final String nodeId;
    private final LongFunction<Optional<AttemptId>> owner;
    private volatile List<Device> inventory = List.of();

    /** What firmware keeps of each, in MiB, by uuid; of those of the inventory. */
    private final Map<String, Long> reservedMib = new HashMap<>();

    private final Map<String, String> troubles = new HashMap<>();
    private Optional<NpuTable> table = Optional.empty();
    private long askAgainNanos = System.nanoTime();
    private String lost = "";

    /**
     * How it asks.
     *
     * @param program {@link #PROGRAM}, or a path
     * @param visible the agent's own {@code ASCEND_RT_VISIBLE_DEVICES}, if set
     * @param answer how long the program may take before it is killed
     * @param again how much later than the last it is run at the earliest
     */
    public record Settings(
            String program, Optional<String> visible, Duration answer, Duration again) {

        /** 5 s, 1 s. */
        public static Settings of(String program, Optional<String> visible) {
            return new Settings(program, visible, Duration.ofSeconds(5), Duration.ofSeconds(1));
        }
    }

    /** The driver's own, to be looked for on {@code PATH}. */
    public static final String PROGRAM = NpuSmi.NAME;

    private AscendProbe(Settings settings, String nodeId, LongFunction<Optional<AttemptId>> owner) {
        this.program = new NpuSmi(settings.program(), settings.answer());
        this.again = settings.again();
        this.visible = new VisibleDevices(settings.visible());
        this.nodeId = nodeId;
        this.owner = owner;
    }

    /**
     * A probe, if this machine may have cards: if the program shows at least one, or hangs, or they
     * were there before. In the latter cases the probe has no device until the program shows some:
     * a node whose cards are in trouble must not offer the host's memory in their place.
     *
     * @param nodeId makes the uuids of cards differ from another node's
     * @param had whether this node is known to have had cards of this kind
     * @param owner whose a process is, by its number; may block
     */
    public static Optional<DeviceProbe> start(
            Settings settings,
            String nodeId,
            boolean had,
            LongFunction<Optional<AttemptId>> owner) {
        AscendProbe probe = new AscendProbe(settings, nodeId, owner);
        try {
            probe.ask();
        } catch (NpuSmi.SilentException e) {
            probe.lose(e);
        } catch (IOException e) {
            if (!had) {
                LOG.info("no_ascend: {}", e.getMessage());
                return Optional.empty();
            }
            probe.lose(e);
        }
        return Optional.of(probe);
    }

    private NpuTable ask() throws IOException {
        askAgainNanos = System.nanoTime() + again.toNanos();
        table = Optional.empty();
        NpuTable said = program.info();
        table = Optional.of(said);
        if (inventory.isEmpty()) {
            inventory = offered(said);
        }
        return said;
    }

    private List<Device> offered(NpuTable said) {
        List<Chip> chips = said.chips();
        NavigableSet<Integer> left =
                visible.among(Collections.nCopies(chips.size(), "")); // only by index
        List<Device> devices = new ArrayList<>();
        for (int index = 0; index < chips.size(); index++) {
            Chip chip = chips.get(index);
            if (!left.contains(index)) {
                LOG.info(
                        "device_not_offered device={}: not in the agent's"
                                + " ASCEND_RT_VISIBLE_DEVICES",
                        index);
            } else if (chip.totalMib() == 0) {
                LOG.warn("device_not_offered device={}: npu-smi shows no memory of it", index);
            } else {
                devices.add(offered(index, chip, said));
            }
        }
        return List.copyOf(devices);
    }

    private Device offered(int index, Chip chip, NpuTable said) {
        long reserved = reserve(chip, said);
        String bus = chip.busId().toLowerCase(Locale.ROOT);
        Device device =
                new Device(
                        index,
                        uuid(chip),
                        chip.name().startsWith("Ascend") ? chip.name() : "Ascend " + chip.name(),
                        "ascend",
                        chip.totalMib() - reserved,
                        said.version(),
                        bus,
                        OptionalInt.empty(),
                        sameCard(index, said.chips()));
        reservedMib.put(device.uuid(), reserved);
        LOG.info(
                "device_offered device={} uuid={} model={} npu={} chip={} pci={} mib={}",
                index,
                device.uuid(),
                device.model(),
                chip.npu(),
                chip.chip(),
                bus,
                device.totalMib());
        return device;
    }

    /** The other chips of its card: npu-smi tells of no links beyond it. */
    private static List<Integer> sameCard(int index, List<Chip> chips) {
        return IntStream.range(0, chips.size())
                .filter(other -> other != index)
                .filter(other -> chips.get(other).npu() == chips.get(index).npu())
                .boxed()
                .toList();
    }

    /** What is used of it by no process: some GiB, also of a card that nobody uses. */
    private static long reserve(Chip chip, NpuTable said) {
        long ofProcesses =
                said.processes().stream()
                        .filter(use -> isOn(chip, use))
                        .mapToLong(ProcessUse::mib)
                        .sum();
        long rest = Math.max(0, chip.usedMib() - ofProcesses);
        return Math.min(
                Math.ceilDiv(rest, RESERVE_STEP_MIB) * RESERVE_STEP_MIB,
                chip.totalMib() / RESERVE_PART);
    }

    private static boolean isOn(Chip chip, ProcessUse use) {
        return use.npu() == chip.npu() && use.chip() == chip.chip();
    }

    /** It is told no serial number of a chip: the place makes it, which stays the same. */
    private String uuid(Chip chip) {
        String place = "%s/%d/%d".formatted(chip.busId(), chip.npu(), chip.chip());
        return "NPU-" + UUID.nameUUIDFromBytes((nodeId + "/" + place).getBytes(UTF_8));
    }

    @Override
    public String kind() {
        return "ascend";
    }

    /** Does not block. */
    @Override
    public List<Device> inventory() {
        return inventory;
    }

    /** Blocks for a bounded time. */
    @Override
    public List<Sample> sample(Collection<Running> running) {
        try {
            NpuTable now =
                    table.isPresent() && System.nanoTime() - askAgainNanos < 0
                            ? table.get()
                            : askIfDue();
            if (!lost.isEmpty()) {
                LOG.info("npu_smi_back devices={}", inventory.size());
                lost = "";
            }
            return inventory.stream().map(device -> sample(device, now)).toList();
        } catch (IOException e) {
            lose(e);
            return inventory.stream().map(AscendProbe::unknown).toList();
        }
    }

    private NpuTable askIfDue() throws IOException {
        if (System.nanoTime() - askAgainNanos < 0) {
            throw new IOException(lost); // it failed less than a second ago
        }
        return ask();
    }

    private Sample sample(Device device, NpuTable now) {
        Optional<Chip> chip =
                Optional.of(device.index())
                        .filter(index -> index < now.chips().size())
                        .map(now.chips()::get)
                        .filter(it -> uuid(it).equals(device.uuid()) && it.totalMib() > 0);
        if (chip.isEmpty()) {
            say(device, "it is not shown any more under this index; start the agent anew");
            return unknown(device);
        }
        if (troubles.remove(device.uuid()) != null) {
            LOG.info("device_known device={} uuid={}", device.index(), device.uuid());
        }
        return sample(device, chip.get(), now);
    }

    private Sample sample(Device device, Chip chip, NpuTable now) {
        Map<AttemptId, Long> mib = new TreeMap<>();
        Map<Long, Long> othersMib = new HashMap<>();
        for (ProcessUse use : now.processes()) {
            if (isOn(chip, use)) {
                owner.apply(use.pid())
                        .ifPresentOrElse(
                                id -> mib.merge(id, use.mib(), Long::sum),
                                () -> othersMib.merge(use.pid(), use.mib(), Long::sum));
            }
        }
        List<Use> uses = new ArrayList<>();
        mib.forEach((id, used) -> uses.add(new Use(id, used)));
        return new Sample(
                device.index(),
                Math.max(0, chip.usedMib() - reservedMib.getOrDefault(device.uuid(), 0L)),
                uses,
                false,
                Squatters.of(othersMib),
                new Telemetry(
                        chip.busyPercent(),
                        chip.celsius(),
                        chip.milliwatts(),
                        OptionalLong.empty(),
                        OptionalInt.empty()),
                // Not an alarm, which is also a port without a cable.
                chip.health().equalsIgnoreCase("Critical")
                        ? "npu-smi: its health is critical"
                        : "");
    }

    private void say(Device device, String trouble) {
        if (!trouble.equals(troubles.put(device.uuid(), trouble))) {
            LOG.error(
                    "device_unknown device={} uuid={}: {}. Nothing new is placed on it",
                    device.index(),
                    device.uuid(),
                    trouble);
        }
    }

    private void lose(IOException why) {
        String message = String.valueOf(why.getMessage());
        if (!message.equals(lost)) {
            LOG.error(
                    "npu_smi_lost: {}. Nothing new is placed on this node's cards until it shows"
                            + " them again",
                    message);
        }
        lost = message;
    }

    private static Sample unknown(Device device) {
        return new Sample(device.index(), 0, List.of(), true);
    }
}
