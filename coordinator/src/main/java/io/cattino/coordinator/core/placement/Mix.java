package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a farm is asked for: kinds of tasks with devices, the frequent ones first, and how many of
 * each. Says what the room that a placement leaves is good for. Immutable but for what it has
 * reckoned already, so it belongs to one thread.
 */
public final class Mix {
    /** Nothing is known: placement is best fit then. */
    public static final Mix NONE = new Mix(List.of());

    private final List<Weighted> kinds;

    /** By what they depend on; looked up only. */
    private final Map<Device, Lens> lenses = new HashMap<>();

    private record Device(String model, String kind, String driver, long totalMib) {}

    public Mix(List<Weighted> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    List<Weighted> kinds() {
        return kinds;
    }

    /** What the kinds ask of such a device. */
    Lens lens(DeviceInfo device) {
        return lenses.computeIfAbsent(
                new Device(device.model(), device.kind(), device.driver(), device.totalMib()),
                _ -> new Lens(kinds, device));
    }

    /** The same, with other needs in place of some; itself, if none is another one. */
    public Mix with(UnaryOperator<DeviceNeed> needs) {
        List<Weighted> changed = new ArrayList<>();
        boolean same = true;
        for (Weighted weighted : kinds) {
            Kind kind = weighted.kind();
            DeviceNeed need = needs.apply(kind.devices());
            same &= need == kind.devices();
            changed.add(new Weighted(new Kind(need, kind.cpus(), kind.terms()), weighted.count()));
        }
        return same ? this : new Mix(changed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Mix mix && kinds.equals(mix.kinds));
    }

    @Override
    public int hashCode() {
        return kinds.hashCode();
    }

    @Override
    public String toString() {
        return "Mix" + kinds;
    }

    /** A kind, and how many tasks are of it. */
    public record Weighted(Kind kind, long count) {
        /** Frequent ones first. */
        static final Comparator<Weighted> ORDER =
                Comparator.comparingLong(Weighted::count)
                        .reversed()
                        .thenComparing(Weighted::kind, Kind.ORDER);
    }

    /**
     * Tasks that need the same.
     *
     * @param terms that hold of their devices; those of nodes do not make a kind
     */
    public record Kind(DeviceNeed devices, int cpus, List<Term.OfDevice> terms) {
        /** Any order would do, if it is the same everywhere. */
        static final Comparator<Kind> ORDER =
                Comparator.comparingInt(Kind::form)
                        .thenComparingInt(kind -> kind.devices.count())
                        .thenComparingLong(Kind::amount)
                        .thenComparingInt(Kind::cpus)
                        .thenComparing(Kind::words);

        public Kind {
            terms = List.copyOf(terms);
        }

        /** Tasks that take any device. */
        public Kind(DeviceNeed devices, int cpus) {
            this(devices, cpus, List.of());
        }

        /** What a task is counted as; work is told apart by its family, so that a sweep is one. */
        public static Kind of(TaskSpec spec) {
            List<Term> must = spec.where().must();
            return new Kind(
                    ofFamily(spec.devices()),
                    spec.cpus(),
                    must.isEmpty()
                            ? List.of()
                            : must.stream()
                                    .filter(Term.OfDevice.class::isInstance)
                                    .map(Term.OfDevice.class::cast)
                                    .toList());
        }

        private static DeviceNeed ofFamily(DeviceNeed need) {
            return need instanceof DeviceNeed.Shared(int count, MemoryAsk.Auto(Work work))
                    ? new DeviceNeed.Shared(count, new MemoryAsk.Auto(work.anyOfFamily()))
                    : need;
        }

        private String words() {
            return terms.stream().map(Term::text).collect(Collectors.joining(","));
        }

        /** Whether its tasks may have the device. */
        boolean takes(DeviceInfo device) {
            return Reach.holds(terms, device);
        }

        private int form() {
            return switch (devices) {
                case DeviceNeed.None _ -> 0;
                case DeviceNeed.Whole _ -> 1;
                case DeviceNeed.Shared(_, MemoryAsk.Mib _) -> 2;
                case DeviceNeed.Shared(_, MemoryAsk.Share _) -> 3;
                case DeviceNeed.Shared(_, MemoryAsk.Auto _) -> 4;
                case DeviceNeed.Shared(_, MemoryAsk.Learned _) -> 5;
            };
        }

        private long amount() {
            return switch (devices) {
                case DeviceNeed.None _, DeviceNeed.Whole _ -> 0;
                case DeviceNeed.Shared(_, MemoryAsk.Mib(long mib)) -> mib;
                case DeviceNeed.Shared(_, MemoryAsk.Share(int ppm)) -> ppm;
                case DeviceNeed.Shared(_, MemoryAsk.Auto(Work work)) -> work.family();
                case DeviceNeed.Shared(_, MemoryAsk.Learned(var mib)) -> mib.hashCode();
            };
        }
    }
}
