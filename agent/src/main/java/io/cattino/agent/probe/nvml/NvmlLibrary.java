package io.cattino.agent.probe.nvml;

import static io.cattino.agent.probe.nvml.NvmlFunction.find;
import static io.cattino.agent.probe.nvml.NvmlStruct.MEMORY;
import static io.cattino.agent.probe.nvml.NvmlStruct.MEMORY_2;
import static io.cattino.agent.probe.nvml.NvmlStruct.PCI;
import static io.cattino.agent.probe.nvml.NvmlStruct.PROCESS;
import static io.cattino.agent.probe.nvml.NvmlStruct.UTILIZATION;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * NVML, the management library of NVIDIA's driver, through the foreign function interface: a method
 * for each C function, structs as its public header lays them out.
 *
 * <p>Belongs to the thread that opened it. Any call may block for as long as the driver likes; each
 * throws {@link NvmlException} with what the library says, {@link NvmlCode#FUNCTION_NOT_FOUND} if
 * it is too old to have the function.
 */
public final class NvmlLibrary implements AutoCloseable {

    /** Under which the driver's packages install it, and container runtimes bring it along. */
    public static final String NAME = "libnvidia-ml.so.1";

    /** {@code NVML_VALUE_NOT_AVAILABLE}. */
    private static final long NOT_AVAILABLE = -1;

    private static final int TEXT_BYTES = 96;

    private static final int TEMPERATURE_GPU = 0;
    private static final int UNCORRECTED = 1;
    private static final int VOLATILE = 0;
    private static final int MIG_ENABLED = 1;

    /** Some drivers of the 535 series write a longer struct: there must be room for it. */
    private static final long PROCESS_MOST_BYTES = PROCESS.size() + Long.BYTES;

    private static final int PROCESSES = 64;
    private static final int PROCESS_ROUNDS = 5;

    /** A card, as the library knows it until it is shut down. */
    public record Card(MemorySegment handle) {}

    /**
     * Of a card, in bytes.
     *
     * @param reserved by driver and firmware, in neither of the two that follow; 0 if the library
     *     is too old to tell it apart
     */
    public record Memory(long total, long reserved, long free, long used) {}

    /**
     * A process that has memory of a card.
     *
     * @param pid as this machine numbers it
     * @param usedBytes empty if the driver does not tell
     */
    public record ProcessUse(long pid, OptionalLong usedBytes) {}

    /** How much of the last moments something ran on the card, and its memory was busy. */
    public record Utilization(int gpuPercent, int memoryPercent) {}

    /** Where a card is on the PCI bus; {@code id} is what NVIDIA's tools write. */
    public record Pci(int domain, int bus, int device, String id) {
        /** What the kernel writes; a card is the first function of its device. */
        public String address() {
            return "%04x:%02x:%02x.0".formatted(domain, bus, device);
        }
    }

    private final Arena arena = Arena.ofConfined();
    private final SymbolLookup symbols;
    private final NvmlFunction init;
    private final NvmlFunction shutdown;
    private final NvmlFunction driverVersion;
    private final NvmlFunction count;
    private final NvmlFunction handleByIndex;
    private final NvmlFunction uuid;
    private final NvmlFunction name;
    private final NvmlFunction pciInfo;
    private final NvmlFunction minorNumber;
    private final NvmlFunction memory;
    private final NvmlFunction memory2;
    private final NvmlFunction utilization;
    private final NvmlFunction temperature;
    private final NvmlFunction power;
    private final NvmlFunction compute;
    private final NvmlFunction graphics;
    private final NvmlFunction ecc;
    private final NvmlFunction energy;
    private final NvmlFunction mig;

    private NvmlLibrary(String file) {
        SymbolLookup library;
        try {
            library = lookup(file, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
        this.symbols = library;
        this.init = find(library, "nvmlInit_v2");
        this.shutdown = find(library, "nvmlShutdown");
        this.driverVersion = find(library, "nvmlSystemGetDriverVersion", ADDRESS, JAVA_INT);
        this.count = find(library, "nvmlDeviceGetCount_v2", ADDRESS);
        this.handleByIndex = find(library, "nvmlDeviceGetHandleByIndex_v2", JAVA_INT, ADDRESS);
        this.uuid = text(library, "nvmlDeviceGetUUID");
        this.name = text(library, "nvmlDeviceGetName");
        this.pciInfo = value(library, "nvmlDeviceGetPciInfo_v3");
        this.minorNumber = value(library, "nvmlDeviceGetMinorNumber");
        this.memory = value(library, "nvmlDeviceGetMemoryInfo");
        this.memory2 = value(library, "nvmlDeviceGetMemoryInfo_v2");
        this.utilization = value(library, "nvmlDeviceGetUtilizationRates");
        this.temperature = find(library, "nvmlDeviceGetTemperature", ADDRESS, JAVA_INT, ADDRESS);
        this.power = value(library, "nvmlDeviceGetPowerUsage");
        this.compute = running(library, "nvmlDeviceGetComputeRunningProcesses");
        this.graphics = running(library, "nvmlDeviceGetGraphicsRunningProcesses");
        this.ecc =
                find(library, "nvmlDeviceGetTotalEccErrors", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
        this.energy = value(library, "nvmlDeviceGetTotalEnergyConsumption");
        this.mig = pair(library, "nvmlDeviceGetMigMode");
    }

    @SuppressWarnings("restricted") // the driver's own library
    private static SymbolLookup lookup(String file, Arena arena) {
        return SymbolLookup.libraryLookup(file, arena);
    }

    private static NvmlFunction value(SymbolLookup library, String name) {
        return find(library, name, ADDRESS, ADDRESS);
    }

    private static NvmlFunction pair(SymbolLookup library, String name) {
        return find(library, name, ADDRESS, ADDRESS, ADDRESS);
    }

    private static NvmlFunction text(SymbolLookup library, String name) {
        return find(library, name, ADDRESS, ADDRESS, JAVA_INT);
    }

    private static NvmlFunction running(SymbolLookup library, String name) {
        return pair(library, name + "_v3").or(pair(library, name + "_v2"));
    }

    /**
     * Opens it, without {@link #init}; closing unloads it.
     *
     * @param file {@link #NAME}, or a path
     * @throws NvmlException {@link NvmlCode#LIBRARY_NOT_FOUND} if that cannot be
     */
    public static NvmlLibrary open(String file) throws NvmlException {
        try {
            return new NvmlLibrary(file);
        } catch (IllegalArgumentException
                | IllegalCallerException
                | UnsupportedOperationException e) {
            throw new NvmlException(file, e);
        }
    }

    /** One of its functions. */
    NvmlFunction function(String name, MemoryLayout... parameters) {
        return find(symbols, name, parameters);
    }

    /** {@code nvmlInit_v2}. */
    public void init() throws NvmlException {
        init.call();
    }

    /** {@code nvmlShutdown}. */
    public void shutdown() throws NvmlException {
        shutdown.call();
    }

    /** {@code nvmlSystemGetDriverVersion}. */
    public String driverVersion() throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment text = call.allocate(TEXT_BYTES + 1);
            driverVersion.call(text, TEXT_BYTES);
            return text.getString(0);
        }
    }

    /** {@code nvmlDeviceGetCount_v2}: also those that this process may not use. */
    public int count() throws NvmlException {
        return intOf(count);
    }

    /** {@code nvmlDeviceGetHandleByIndex_v2}. */
    public Card card(int index) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment handle = call.allocate(ADDRESS);
            handleByIndex.call(index, handle);
            return new Card(handle.get(ADDRESS, 0));
        }
    }

    /** {@code nvmlDeviceGetUUID}: {@code GPU-} and the rest. */
    public String uuid(Card card) throws NvmlException {
        return textOf(uuid, card);
    }

    /** {@code nvmlDeviceGetName}. */
    public String name(Card card) throws NvmlException {
        return textOf(name, card);
    }

    /** {@code nvmlDeviceGetPciInfo_v3}. */
    public Pci pci(Card card) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment info = call.allocate(PCI.layout());
            pciInfo.call(card.handle(), info);
            return new Pci(
                    PCI.intIn(info, "domain"),
                    PCI.intIn(info, "bus"),
                    PCI.intIn(info, "device"),
                    PCI.textIn(info, "busId"));
        }
    }

    /** {@code nvmlDeviceGetMinorNumber}: N of {@code /dev/nvidiaN}. */
    public int minorNumber(Card card) throws NvmlException {
        return intOf(minorNumber, card.handle());
    }

    /** {@code nvmlDeviceGetMemoryInfo_v2}, or the older one without it. */
    public Memory memory(Card card) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment info = call.allocate(MEMORY_2.layout());
            info.set(JAVA_INT, 0, MEMORY_2.version(2));
            int number = memory2.number(card.handle(), info);
            NvmlCode code = NvmlCode.of(number);
            if (code.saysNotHere() || code == NvmlCode.ARGUMENT_VERSION_MISMATCH) {
                return memory1(card, call);
            }
            if (code != NvmlCode.SUCCESS) {
                throw new NvmlException(memory2.name(), number);
            }
            return new Memory(
                    MEMORY_2.longIn(info, "total"),
                    MEMORY_2.longIn(info, "reserved"),
                    MEMORY_2.longIn(info, "free"),
                    MEMORY_2.longIn(info, "used"));
        }
    }

    private Memory memory1(Card card, Arena call) throws NvmlException {
        MemorySegment info = call.allocate(MEMORY.layout());
        memory.call(card.handle(), info);
        return new Memory(
                MEMORY.longIn(info, "total"),
                0,
                MEMORY.longIn(info, "free"),
                MEMORY.longIn(info, "used"));
    }

    /** {@code nvmlDeviceGetUtilizationRates}. */
    public Utilization utilization(Card card) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment rates = call.allocate(UTILIZATION.layout());
            utilization.call(card.handle(), rates);
            return new Utilization(
                    UTILIZATION.intIn(rates, "gpu"), UTILIZATION.intIn(rates, "memory"));
        }
    }

    /** {@code nvmlDeviceGetTemperature} of the chip, in degrees Celsius. */
    public int temperature(Card card) throws NvmlException {
        return intOf(temperature, card.handle(), TEMPERATURE_GPU);
    }

    /** {@code nvmlDeviceGetPowerUsage}, in milliwatts. */
    public int powerMilliwatts(Card card) throws NvmlException {
        return intOf(power, card.handle());
    }

    /** {@code nvmlDeviceGetComputeRunningProcesses_v3}, or {@code _v2}. */
    public List<ProcessUse> computeProcesses(Card card) throws NvmlException {
        return processes(compute, card);
    }

    /** {@code nvmlDeviceGetGraphicsRunningProcesses_v3}, or {@code _v2}. */
    public List<ProcessUse> graphicsProcesses(Card card) throws NvmlException {
        return processes(graphics, card);
    }

    /** {@code nvmlDeviceGetTotalEccErrors}: those not corrected, since the driver was loaded. */
    public long uncorrectedEccErrors(Card card) throws NvmlException {
        return longOf(ecc, card.handle(), UNCORRECTED, VOLATILE);
    }

    /**
     * {@code nvmlDeviceGetTotalEnergyConsumption}: what the card drew since the driver was loaded,
     * in millijoules.
     */
    public long energyMillijoules(Card card) throws NvmlException {
        return longOf(energy, card.handle());
    }

    /** {@code nvmlDeviceGetMigMode}: whether the card is cut up now; false if it cannot be. */
    public boolean isMig(Card card) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment current = call.allocate(JAVA_INT);
            MemorySegment pending = call.allocate(JAVA_INT);
            int number = mig.number(card.handle(), current, pending);
            if (NvmlCode.of(number).saysNotHere()) {
                return false;
            }
            if (number != NvmlCode.SUCCESS.number()) {
                throw new NvmlException(mig.name(), number);
            }
            return current.get(JAVA_INT, 0) == MIG_ENABLED;
        }
    }

    private static List<ProcessUse> processes(NvmlFunction function, Card card)
            throws NvmlException {
        int room = PROCESSES;
        for (int round = 1; ; round++) {
            try (Arena call = Arena.ofConfined()) {
                MemorySegment size = call.allocateFrom(JAVA_INT, room);
                MemorySegment infos = call.allocate(room * PROCESS_MOST_BYTES, Long.BYTES);
                int number = function.number(card.handle(), size, infos);
                int found = size.get(JAVA_INT, 0);
                if (number == NvmlCode.SUCCESS.number()) {
                    return processes(infos, Math.clamp(found, 0, room));
                }
                if (number != NvmlCode.INSUFFICIENT_SIZE.number() || round == PROCESS_ROUNDS) {
                    throw new NvmlException(function.name(), number);
                }
                room = 2 * Math.max(room, found); // some more may start meanwhile
            }
        }
    }

    private static List<ProcessUse> processes(MemorySegment infos, int count) {
        List<ProcessUse> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemorySegment info = infos.asSlice(i * PROCESS.size(), PROCESS.size());
            long used = PROCESS.longIn(info, "used");
            all.add(
                    new ProcessUse(
                            Integer.toUnsignedLong(PROCESS.intIn(info, "pid")),
                            used == NOT_AVAILABLE ? OptionalLong.empty() : OptionalLong.of(used)));
        }
        return all;
    }

    private static String textOf(NvmlFunction function, Card card) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment text = call.allocate(TEXT_BYTES + 1);
            function.call(card.handle(), text, TEXT_BYTES);
            return text.getString(0);
        }
    }

    private static int intOf(NvmlFunction function, Object... arguments) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            return written(call.allocate(JAVA_INT), function, arguments).get(JAVA_INT, 0);
        }
    }

    private static long longOf(NvmlFunction function, Object... arguments) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            return written(call.allocate(JAVA_LONG), function, arguments).get(JAVA_LONG, 0);
        }
    }

    /** The same, written to by a function whose last parameter it is. */
    private static MemorySegment written(
            MemorySegment value, NvmlFunction function, Object... arguments) throws NvmlException {
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = value;
        function.call(all);
        return value;
    }

    /** Unloads it; the next one to be opened may be of another version. */
    @Override
    public void close() {
        arena.close();
    }
}
