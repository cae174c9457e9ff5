package io.cattino.agent.probe.nvml;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe.Device;
import io.cattino.agent.probe.DeviceProbe.Sample;
import io.cattino.agent.probe.DeviceProbe.Telemetry;
import io.cattino.agent.probe.DeviceProbe.Use;
import io.cattino.agent.probe.KernelFiles;
import io.cattino.agent.probe.Squatters;
import io.cattino.agent.probe.VisibleDevices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cards of an NVML that is open, those that are offered to tasks. Belongs to the thread that
 * opened it.
 */
final class NvmlCards implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NvmlCards.class);

    private static final long BYTES_PER_MIB = 1 << 20;

    private static final Comparator<Card> BUS =
            Comparator.comparingInt((Card card) -> card.pci().domain())
                    .thenComparingInt(card -> card.pci().bus())
                    .thenComparingInt(card -> card.pci().device());

    private final NvmlLibrary library;
    private final Path pciDevices;

    /** By uuid: what is at an index may change while the library is closed. */
    private final Map<String, Offered> offered = new HashMap<>();

    /** What is told of a card when it is found. */
    private record Card(
            NvmlLibrary.Card handle,
            String uuid,
            String name,
            NvmlLibrary.Pci pci,
            boolean mig,
            long totalMib) {}

    private record Offered(NvmlLibrary.Card handle, Device device) {}

    private NvmlCards(NvmlLibrary library, Path pciDevices) {
        this.library = library;
        this.pciDevices = pciDevices;
    }

    /**
     * Opens the library and finds the cards.
     *
     * @param file {@link NvmlLibrary#NAME}, or a path
     * @param pciDevices where the kernel shows those of the PCI bus
     * @throws NvmlException {@link NvmlCode#GPU_NOT_FOUND} if it counts none
     */
    static NvmlCards open(String file, VisibleDevices visible, Path pciDevices)
            throws NvmlException {
        NvmlCards cards = new NvmlCards(NvmlLibrary.open(file), pciDevices);
        boolean found = false;
        try {
            cards.library.init();
            cards.find(visible);
            found = true;
            return cards;
        } finally {
            if (!found) {
                cards.close();
            }
        }
    }

    private void find(VisibleDevices visible) throws NvmlException {
        int count = library.count();
        if (count == 0) {
            throw new NvmlException("nvmlDeviceGetCount_v2", NvmlCode.GPU_NOT_FOUND.number());
        }
        List<Optional<Card>> cards = inOrder(count);
        NavigableSet<Integer> left =
                visible.among(cards.stream().map(card -> card.map(Card::uuid).orElse("")).toList());
        String driver = driverVersion();
        for (int index = 0; index < cards.size(); index++) {
            if (cards.get(index).isPresent()) {
                offer(index, cards.get(index).get(), driver, left.contains(index));
            }
        }
        link();
        LOG.info("nvml_open driver={} cards={} offered={}", driver, count, offered.size());
    }

    private String driverVersion() {
        try {
            return library.driverVersion();
        } catch (NvmlException e) {
            LOG.warn("driver_version_unknown: {}", e.getMessage()); // it keeps no card away
            return "";
        }
    }

    /**
     * All cards in the order of the bus, as CUDA counts them for tasks. One that cannot be looked
     * at keeps its place, unless this process may not use it: CUDA does not count that either.
     */
    private List<Optional<Card>> inOrder(int count) throws NvmlException {
        List<Optional<Card>> cards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                cards.add(Optional.of(look(library.card(i))));
            } catch (NvmlException e) {
                if (e.code().concernsAll()) {
                    throw e;
                }
                LOG.warn("device_not_offered nvml_index={}: {}", i, e.getMessage());
                if (e.code() != NvmlCode.NO_PERMISSION) {
                    cards.add(Optional.empty());
                }
            }
        }
        if (cards.stream().allMatch(Optional::isPresent)) {
            cards.sort(Comparator.comparing(Optional::orElseThrow, BUS));
        } // else as NVML has them, which is the order of the bus on all drivers we know
        return cards;
    }

    private Card look(NvmlLibrary.Card handle) throws NvmlException {
        NvmlLibrary.Memory memory = library.memory(handle);
        return new Card(
                handle,
                library.uuid(handle),
                library.name(handle),
                library.pci(handle),
                library.isMig(handle),
                (memory.total() - memory.reserved()) / BYTES_PER_MIB);
    }

    private void offer(int index, Card card, String driver, boolean visible) {
        if (!visible) {
            LOG.info(
                    "device_not_offered device={} uuid={}: not in the agent's CUDA_VISIBLE_DEVICES",
                    index,
                    card.uuid());
        } else if (card.mig()) {
            LOG.warn(
                    "device_not_offered device={} uuid={}: it is in MIG mode, and only whole cards"
                            + " are offered; nvidia-smi -i {} -mig 0 ends that",
                    index,
                    card.uuid(),
                    card.pci().id());
        } else {
            LOG.info(
                    "device_offered device={} uuid={} model={} pci={} mib={}",
                    index,
                    card.uuid(),
                    card.name(),
                    card.pci().id(),
                    card.totalMib());
            String address = card.pci().address();
            Device device =
                    new Device(
                            index,
                            card.uuid(),
                            card.name(),
                            "cuda",
                            card.totalMib(),
                            driver,
                            address,
                            KernelFiles.numaNode(pciDevices.resolve(address)),
                            List.of());
            offered.put(card.uuid(), new Offered(card.handle(), device));
        }
    }

    /** Finds out which of those that are offered reach each other fast. */
    private void link() throws NvmlException {
        NvmlTopology topology = new NvmlTopology(library);
        Map<Integer, List<Integer>> near = new HashMap<>();
        for (Offered one : offered.values()) {
            for (Offered other : offered.values()) {
                if (one.device().index() < other.device().index()
                        && (yes(() -> topology.nvlink(one.handle(), other.handle()))
                                || yes(() ->
                                        topology.behindOneSwitch(one.handle(), other.handle())))) {
                    add(near, one.device(), other.device());
                    add(near, other.device(), one.device());
                }
            }
        }
        offered.replaceAll((_, card) ->
                new Offered(
                        card.handle(),
                        card.device()
                                .near(
                                        near.getOrDefault(card.device().index(), List.of()).stream()
                                                .sorted()
                                                .toList())));
    }

    private static void add(Map<Integer, List<Integer>> near, Device one, Device other) {
        near.computeIfAbsent(one.index(), _ -> new ArrayList<>()).add(other.index());
    }

    /** What is not told, is not so. */
    private static boolean yes(Question<Boolean> question) throws NvmlException {
        try {
            return question.ask();
        } catch (NvmlException e) {
            if (e.code().concernsAll()) {
                throw e;
            }
            LOG.debug("not_told", e);
            return false;
        }
    }

    /** Those that are offered, by index. */
    List<Device> devices() {
        return offered.values().stream()
                .map(Offered::device)
                .sorted(Comparator.comparingInt(Device::index))
                .toList();
    }

    /** The same one as it is described now; {@code device} itself if tasks would not get it. */
    Device now(Device device) {
        Offered now = offered.get(device.uuid());
        return now != null && has(device) ? now.device() : device;
    }

    /** Whether tasks would still get this one by its index. */
    boolean has(Device device) {
        Offered now = offered.get(device.uuid());
        return now != null && now.device().index() == device.index();
    }

    /**
     * Measures one that is there.
     *
     * @param owner whose a process is, by its number
     * @throws NvmlException if that cannot be told now
     */
    Sample sample(Device device, LongFunction<Optional<AttemptId>> owner) throws NvmlException {
        Offered there = offered.get(device.uuid());
        if (there == null) {
            throw new NvmlException(device.uuid(), NvmlCode.NOT_FOUND.number());
        }
        NvmlLibrary.Memory memory = library.memory(there.handle());
        Map<AttemptId, Long> bytes = new TreeMap<>();
        Map<Long, Long> othersMib = new HashMap<>();
        processes(there.handle())
                .forEach((pid, used) ->
                        owner.apply(pid)
                                .ifPresentOrElse(
                                        id -> bytes.merge(id, used, Long::sum),
                                        () -> othersMib.put(pid, used / BYTES_PER_MIB)));
        List<Use> uses = new ArrayList<>();
        bytes.forEach((id, used) -> uses.add(new Use(id, used / BYTES_PER_MIB)));
        // Rounded up, and the uses down: what is not known to be ours counts as others'.
        return new Sample(
                device.index(),
                Math.ceilDiv(memory.used(), BYTES_PER_MIB),
                uses,
                false,
                Squatters.of(othersMib),
                telemetry(there.handle()),
                "");
    }

    private Telemetry telemetry(NvmlLibrary.Card card) throws NvmlException {
        return new Telemetry(
                number(() -> library.utilization(card).gpuPercent()),
                number(() -> library.temperature(card)),
                number(() -> library.powerMilliwatts(card)),
                count(() -> library.uncorrectedEccErrors(card)),
                OptionalInt.empty());
    }

    /** What the card drew since its driver was loaded, if it tells. */
    OptionalLong energyMillijoules(Device device) throws NvmlException {
        Offered there = offered.get(device.uuid());
        return there == null
                ? OptionalLong.empty()
                : count(() -> library.energyMillijoules(there.handle()));
    }

    /** Something that the library may tell of a card. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws NvmlException;
    }

    private static OptionalInt number(Question<Integer> question) throws NvmlException {
        return told(question).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private static OptionalLong count(Question<Long> question) throws NvmlException {
        return told(question).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** A card that does not tell is none the worse, unless it is lost. */
    private static <T> Optional<T> told(Question<T> question) throws NvmlException {
        try {
            return Optional.of(question.ask());
        } catch (NvmlException e) {
            if (e.code().concernsAll() || e.code().saysCardIsLost()) {
                throw e;
            }
            LOG.debug("not_told", e);
            return Optional.empty();
        }
    }

    /** Bytes by process. What a process uses of which the driver does not tell is in no list. */
    private Map<Long, Long> processes(NvmlLibrary.Card card) throws NvmlException {
        Map<Long, Long> bytes = new HashMap<>();
        try {
            addTo(bytes, library.computeProcesses(card));
            addTo(bytes, library.graphicsProcesses(card));
        } catch (NvmlException e) {
            if (!e.code().saysNotHere() && e.code() != NvmlCode.NO_PERMISSION) {
                throw e;
            }
            LOG.debug("processes_unknown", e);
        }
        return bytes;
    }

    /** A process that computes and draws is in both lists, each time with all that it has. */
    private static void addTo(Map<Long, Long> bytes, List<NvmlLibrary.ProcessUse> uses) {
        for (NvmlLibrary.ProcessUse use : uses) {
            use.usedBytes().ifPresent(used -> bytes.merge(use.pid(), used, Math::max));
        }
    }

    @Override
    public void close() {
        try {
            library.shutdown();
        } catch (NvmlException e) {
            LOG.debug("nvml_not_shut_down: it was not open, or its driver is gone", e);
        } finally {
            library.close();
        }
    }
}
