package io.cattino.agent.probe.rocm;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * The cards that the kernel shows to ROCm, in the order in which ROCm counts them: that of the
 * nodes of its topology. Keeps nothing; may block as the driver does.
 */
final class RocmCards {

    private static final long BYTES_PER_MIB = 1 << 20;

    /** Graphics that is part of a processor has less of its own, and takes it from the host's. */
    private static final long LEAST_MIB = 4096;

    private static final String UNIQUE_ID = "unique_id";

    private final Path nodes;
    private final Path processes;
    private final Path drm;
    private final Path driver;
    private final String nodeId;

    /**
     * A card that was found.
     *
     * @param gpuId by which the kernel names it in what it tells of processes
     * @param directory what its driver tells of it
     * @param ties what it has in common with those that it reaches fast
     * @param obstacle why it cannot be offered, for people; empty if it can
     */
    record Card(
            Device device,
            long gpuId,
            Path directory,
            Set<String> ties,
            Optional<String> obstacle) {
        private Card without(String why) {
            return new Card(device, gpuId, directory, ties, Optional.of(why));
        }

        private Card among(List<Card> all) {
            List<Integer> near =
                    all.stream()
                            .filter(other -> other.device.index() != device.index())
                            .filter(other -> !Collections.disjoint(other.ties, ties))
                            .map(other -> other.device.index())
                            .toList();
            return new Card(device.near(near), gpuId, directory, ties, obstacle);
        }
    }

    /**
     * @param sys {@code /sys}, or what stands for it in a test
     * @param nodeId makes the uuids of cards that have none differ from another node's
     */
    RocmCards(Path sys, String nodeId) {
        Path kfd = sys.resolve("class/kfd/kfd");
        this.nodes = kfd.resolve("topology/nodes");
        this.processes = kfd.resolve("proc");
        this.drm = sys.resolve("class/drm");
        this.driver = sys.resolve("module/amdgpu/version");
        this.nodeId = nodeId;
    }

    /**
     * All that this process may use, those that are not offered too; graphics that is part of a
     * processor is counted and not among them.
     */
    List<Card> find(VisibleDevices visible) {
        List<Card> counted = new ArrayList<>();
        String version = KernelFiles.text(driver).orElse("");
        for (Path node : KernelFiles.numbered(nodes)) {
            Map<String, Long> properties = KernelFiles.properties(node.resolve("properties"));
            if (properties.getOrDefault("simd_count", 0L) > 0) {
                counted.add(card(counted.size(), node, properties, version));
            } // else a processor, or not for this process: then ROCm does not count it either
        }
        NavigableSet<Integer> left =
                visible.among(counted.stream().map(card -> card.device().uuid()).toList());
        return counted.stream()
                .filter(card -> card.obstacle().isPresent() || isLarge(card.device()))
                .map(card -> card.among(counted))
                .map(card ->
                        left.contains(card.device().index())
                                ? card
                                : card.without("not in the agent's ROCR_VISIBLE_DEVICES"))
                .toList();
    }

    private static boolean isLarge(Device device) {
        return device.totalMib() >= LEAST_MIB;
    }

    private Card card(int index, Path node, Map<String, Long> properties, String version) {
        Path directory =
                drm.resolve("renderD" + properties.getOrDefault("drm_render_minor", 0L))
                        .resolve("device");
        OptionalLong total = KernelFiles.number(directory.resolve("mem_info_vram_total"));
        OptionalLong gpuId = KernelFiles.number(node.resolve("gpu_id"));
        String bus = bus(properties);
        Device device =
                new Device(
                        index,
                        uuid(directory, properties, bus),
                        model(directory, properties),
                        "rocm",
                        total.orElse(0) / BYTES_PER_MIB,
                        version,
                        bus,
                        KernelFiles.numaNode(directory),
                        List.of());
        return new Card(
                device,
                gpuId.orElse(0),
                directory,
                ties(directory, properties),
                total.isPresent() && gpuId.isPresent()
                        ? Optional.empty()
                        : Optional.of("the driver does not tell how much memory it has"));
    }

    /** Cards of a hive are linked; those behind one port of the bus's root share a switch of it. */
    private static Set<String> ties(Path directory, Map<String, Long> properties) {
        Set<String> ties = new HashSet<>();
        KernelFiles.rootPort(directory).ifPresent(port -> ties.add("port " + port));
        long hive = properties.getOrDefault("hive_id", 0L);
        if (hive != 0) {
            ties.add("hive " + hive);
        }
        return ties;
    }

    /** As the kernel writes it: bus, device and function are in one number. */
    private static String bus(Map<String, Long> properties) {
        Long location = properties.get("location_id");
        if (location == null) {
            return "";
        }
        return "%04x:%02x:%02x.%x"
                .formatted(
                        properties.getOrDefault("domain", 0L),
                        location >> 8 & 0xff,
                        location >> 3 & 0x1f,
                        location & 7);
    }

    /** As ROCm writes it, or one that is as stable, if the card does not have one. */
    private String uuid(Path directory, Map<String, Long> properties, String bus) {
        long own = properties.getOrDefault(UNIQUE_ID, 0L);
        if (own != 0) {
            return "GPU-%016x".formatted(own);
        }
        Optional<String> told =
                KernelFiles.text(directory.resolve(UNIQUE_ID))
                        .filter(text -> text.matches("(?=.*[1-9a-f])[0-9a-f]{1,16}"));
        return told.map("GPU-"::concat)
                .orElseGet(() ->
                        "AMD-" + UUID.nameUUIDFromBytes((nodeId + "/" + bus).getBytes(UTF_8)));
    }

    private static String model(Path directory, Map<String, Long> properties) {
        return KernelFiles.text(directory.resolve("product_name"))
                .or(() -> architecture(properties.getOrDefault("gfx_target_version", 0L)))
                .or(() -> KernelFiles.text(directory.resolve("device")).map("AMD "::concat))
                .orElse("AMD GPU");
    }

    /** Such as gfx90a, of the number 90010. */
    private static Optional<String> architecture(long version) {
        return version == 0
                ? Optional.empty()
                : Optional.of(
                        "AMD gfx%d%x%x"
                                .formatted(version / 10_000, version / 100 % 100, version % 100));
    }

    /**
     * Measures one.
     *
     * @param owner whose a process is, by its number
     * @return empty if that cannot be told now
     */
    Optional<Sample> sample(Card card, LongFunction<Optional<AttemptId>> owner) {
        OptionalLong used = KernelFiles.number(card.directory().resolve("mem_info_vram_used"));
        if (used.isEmpty()) {
            return Optional.empty();
        }
        Map<AttemptId, Long> bytes = new TreeMap<>();
        Map<Long, Long> othersMib = new HashMap<>();
        processes(card.gpuId())
                .forEach((pid, own) ->
                        owner.apply(pid)
                                .ifPresentOrElse(
                                        id -> bytes.merge(id, own, Long::sum),
                                        () -> othersMib.put(pid, own / BYTES_PER_MIB)));
        List<Use> uses = new ArrayList<>();
        bytes.forEach((id, own) -> uses.add(new Use(id, own / BYTES_PER_MIB)));
        // Rounded up, and the uses down: what is not known to be ours counts as others'.
        return Optional.of(
                new Sample(
                        card.device().index(),
                        Math.ceilDiv(used.getAsLong(), BYTES_PER_MIB),
                        uses,
                        false,
                        Squatters.of(othersMib),
                        telemetry(card.directory()),
                        ""));
    }

    /** The kernel tells thousandths of degrees, and millionths of watts. */
    private static Telemetry telemetry(Path directory) {
        Path sensors = KernelFiles.first(directory.resolve("hwmon"), "hwmon").orElse(directory);
        OptionalLong average = KernelFiles.number(sensors.resolve("power1_average"));
        return new Telemetry(
                KernelFiles.small(KernelFiles.number(directory.resolve("gpu_busy_percent")), 1),
                KernelFiles.small(KernelFiles.number(sensors.resolve("temp1_input")), 1_000),
                KernelFiles.small(
                        average.isPresent()
                                ? average
                                : KernelFiles.number(sensors.resolve("power1_input")),
                        1_000),
                OptionalLong.empty(),
                OptionalInt.empty());
    }

    /** Bytes by process. One that opened the driver is listed on all cards, also with nothing. */
    private Map<Long, Long> processes(long gpuId) {
        Map<Long, Long> bytes = new HashMap<>();
        for (Path process : KernelFiles.numbered(processes)) {
            long used = KernelFiles.number(process.resolve("vram_" + gpuId)).orElse(0);
            if (used > 0) {
                bytes.put(Long.parseLong(process.getFileName().toString()), used);
            }
        }
        return bytes;
    }
}
