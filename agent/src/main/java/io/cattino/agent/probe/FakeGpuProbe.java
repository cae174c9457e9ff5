package io.cattino.agent.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** GPUs that do not exist, for demonstrations and tests: what is used of them is in a file. */
public final class FakeGpuProbe implements DeviceProbe {

    private static final Logger LOG = LoggerFactory.getLogger(FakeGpuProbe.class);

    private final FakeGpuSpec spec;
    private final LongFunction<Optional<AttemptId>> owner;
    private final List<Device> devices;

    /**
     * @param nodeId makes the devices' uuids differ from another node's
     * @param owner whose a process is, by its number; may block
     */
    public FakeGpuProbe(FakeGpuSpec spec, String nodeId, LongFunction<Optional<AttemptId>> owner) {
        this.spec = spec;
        this.owner = owner;
        List<Device> made = new ArrayList<>();
        for (int index = 0; index < spec.totalsMib().size(); index++) {
            long mib = spec.totalsMib().get(index);
            UUID uuid = UUID.nameUUIDFromBytes((nodeId + "/" + index).getBytes(UTF_8));
            Device device =
                    new Device(index, "FAKE-" + uuid, spec.models().get(index), "fake", mib);
            made.add(device.near(spec.near(index)));
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
        List<Line> lines;
        try {
            lines = lines();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("fake_gpu_state_unreadable", e);
            return devices.stream()
                    .map(device -> new Sample(device.index(), 0, List.of(), true))
                    .toList();
        }
        return devices.stream()
                .map(device ->
                        sample(
                                device.index(),
                                lines.stream()
                                        .filter(line -> line.index() == device.index())
                                        .toList()))
                .toList();
    }

    private Sample sample(int index, List<Line> lines) {
        Map<AttemptId, Long> ours = new TreeMap<>();
        Map<Long, Long> others = new TreeMap<>();
        for (Line line : lines) {
            if (line.pid().isPresent()) {
                long pid = line.pid().getAsLong();
                owner.apply(pid)
                        .ifPresentOrElse(
                                id -> ours.merge(id, line.mib(), Long::sum),
                                () -> others.merge(pid, line.mib(), Long::sum));
            }
        }
        List<Use> uses = new ArrayList<>();
        ours.forEach((id, mib) -> uses.add(new Use(id, mib)));
        long used = lines.stream().mapToLong(Line::mib).sum();
        String sickness =
                lines.stream()
                        .map(Line::sickness)
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse("");
        return new Sample(index, used, uses, false, Squatters.of(others))
                .with(Telemetry.NONE, sickness);
    }

    /**
     * A line of the file.
     *
     * @param sickness what it says of the device; empty: what is used of it
     */
    private record Line(int index, long mib, OptionalLong pid, String sickness) {
        private static final Pattern SICK = Pattern.compile("(\\d{1,4})\\s+sick\\s+(.+)");

        static Line parse(Path file, String line) {
            Matcher sick = SICK.matcher(line.strip());
            if (sick.matches()) {
                return new Line(
                        Integer.parseInt(sick.group(1)), 0, OptionalLong.empty(), sick.group(2));
            }
            String[] parts = line.strip().split("\\s+", -1);
            if (parts.length != 2 && parts.length != 3) {
                throw new IllegalArgumentException(
                        file
                                + ": '"
                                + line
                                + "' is not 'index used_mib [pid]' or 'index sick why'");
            }
            return new Line(
                    Integer.parseInt(parts[0]),
                    Long.parseLong(parts[1]),
                    parts.length == 2
                            ? OptionalLong.empty()
                            : OptionalLong.of(Long.parseLong(parts[2])),
                    "");
        }

        /** As a driver would show it: a process that is gone uses nothing. */
        boolean isThere() {
            return pid.isEmpty()
                    || ProcessHandle.of(pid.getAsLong()).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    private List<Line> lines() throws IOException {
        if (spec.state().isEmpty()) {
            return List.of();
        }
        Path file = spec.state().get();
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> Line.parse(file, line))
                    .filter(Line::isThere)
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }
}
