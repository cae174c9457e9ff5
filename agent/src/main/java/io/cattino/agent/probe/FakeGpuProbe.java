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
import java.util.OptionalLong;
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
    public String kind() {
        return "fake";
    }

    @Override
    public List<Device> inventory() {
        return devices;
    }

    @Override
    public List<Sample> sample(Collection<Running> running) {
        List<External> external = List.of();
        boolean unknown = false;
        try {
            external = external();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("fake_gpu_state_unreadable", e);
            unknown = true;
        }
        List<Sample> samples = new ArrayList<>();
        for (Device device : devices) {
            List<External> here =
                    external.stream().filter(each -> each.index() == device.index()).toList();
            long used = here.stream().mapToLong(External::mib).sum();
            samples.add(
                    new Sample(
                            device.index(), used, List.of(), unknown, Squatters.of(byPid(here))));
        }
        return samples;
    }

    private static Map<Long, Long> byPid(List<External> external) {
        Map<Long, Long> mib = new TreeMap<>();
        for (External each : external) {
            each.pid().ifPresent(pid -> mib.merge(pid, each.mib(), Long::sum));
        }
        return mib;
    }

    /** A line of the file. */
    private record External(int index, long mib, OptionalLong pid) {
        static External parse(Path file, String line) {
            String[] parts = line.strip().split("\\s+", -1);
            if (parts.length != 2 && parts.length != 3) {
                throw new IllegalArgumentException(
                        file + ": '" + line + "' is not 'index used_mib [pid]'");
            }
            return new External(
                    Integer.parseInt(parts[0]),
                    Long.parseLong(parts[1]),
                    parts.length == 2
                            ? OptionalLong.empty()
                            : OptionalLong.of(Long.parseLong(parts[2])));
        }

        /** As a driver would show it: a process that is gone uses nothing. */
        boolean isThere() {
            return pid.isEmpty()
                    || ProcessHandle.of(pid.getAsLong()).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    private List<External> external() throws IOException {
        if (spec.state().isEmpty()) {
            return List.of();
        }
        Path file = spec.state().get();
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> External.parse(file, line))
                    .filter(External::isThere)
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }
}
