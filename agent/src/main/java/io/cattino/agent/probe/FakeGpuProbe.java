package io.cattino.agent.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** GPUs that do not exist, for demonstrations and tests; attempts use nothing of them. */
public final class FakeGpuProbe implements DeviceProbe {

    private static final Logger LOG = LoggerFactory.getLogger(FakeGpuProbe.class);

    private static final long MIB_PER_GIB = 1024;

    private final FakeGpuSpec spec;
    private final List<Device> devices;

    /**
     * @param nodeId makes the devices' uuids differ from another node's
     */
    public FakeGpuProbe(FakeGpuSpec spec, String nodeId) {
        this.spec = spec;
        List<Device> made = new ArrayList<>();
        for (int index = 0; index < spec.totalsMib().size(); index++) {
            long mib = spec.totalsMib().get(index);
            UUID uuid = UUID.nameUUIDFromBytes((nodeId + "/" + index).getBytes(UTF_8));
            made.add(
                    new Device(
                            index, "FAKE-" + uuid, "Fake " + mib / MIB_PER_GIB + "G", "fake", mib));
        }
        this.devices = List.copyOf(made);
    }

    @Override
    public List<Device> inventory() {
        return devices;
    }

    @Override
    public List<Sample> sample(Collection<Running> running) {
        Map<Integer, Long> external;
        boolean unknown = false;
        try {
            external = external();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("fake_gpu_state_unreadable", e);
            external = Map.of();
            unknown = true;
        }
        List<Sample> samples = new ArrayList<>();
        for (Device device : devices) {
            long used = external.getOrDefault(device.index(), 0L);
            samples.add(new Sample(device.index(), used, List.of(), unknown));
        }
        return samples;
    }

    private Map<Integer, Long> external() throws IOException {
        Map<Integer, Long> used = new TreeMap<>();
        if (spec.state().isEmpty()) {
            return used;
        }
        Path file = spec.state().get();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    String[] parts = line.strip().split("\\s+", -1);
                    if (parts.length != 2) {
                        throw new IllegalArgumentException(
                                file + ": '" + line + "' is not 'index used_mib'");
                    }
                    used.put(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
                }
            }
        } catch (NoSuchFileException _) {
            return used;
        }
        return used;
    }
}
