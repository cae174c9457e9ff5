package io.cattino.it.openb;

import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.placement.Mix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One task of a trace.
 *
 * <p>A card is {@value #CARD} MiB, and its thousandths are MiB: a share of one card is that much
 * memory, several cards are whole devices. A core is 1000 {@code cpus}, so that its thousandths can
 * be counted. What a {@link TaskSpec} cannot say, host memory, stays here: {@link Replay} offers a
 * task only the hosts that have it.
 *
 * @param memoryMib of the host
 */
record Ask(TaskSpec spec, long memoryMib) {
    static final int CARD = 1000;

    /** No host has as much: what is beyond is a mistake in the file. */
    static final int MOST = 1_000_000_000;

    private static final List<String> COLUMNS =
            List.of("cpu_milli", "memory_mib", "num_gpu", "gpu_milli");

    /** All of a trace, in its order. */
    static List<Ask> read(Path file) throws Csv.Malformed {
        List<Ask> asks = new ArrayList<>();
        for (Csv.Row row : Csv.read(file, COLUMNS).rows()) {
            asks.add(of(row));
        }
        return asks;
    }

    private static Ask of(Csv.Row row) throws Csv.Malformed {
        int cpus = row.number("cpu_milli", MOST);
        int memory = row.number("memory_mib", MOST);
        int cards = row.number("num_gpu", 1000);
        int milli = row.number("gpu_milli", CARD);
        if (cards == 1 && milli == 0) {
            throw row.wrong("asks for nothing of one card");
        }
        DeviceNeed need =
                switch (cards) {
                    case 0 -> new DeviceNeed.None();
                    case 1 -> new DeviceNeed.Shared(1, new MemoryAsk.Mib(milli));
                    default -> new DeviceNeed.Whole(cards);
                };
        Set<String> models = new TreeSet<>();
        for (String model : row.text("gpu_spec").split("\\|", -1)) {
            if (cards > 0 && !model.isBlank()) {
                models.add(model.strip());
            }
        }
        return new Ask(spec(need, cpus, where(models)), memory);
    }

    private static Where where(Set<String> models) {
        return models.isEmpty()
                ? Where.ANYWHERE
                : new Where(
                        List.of(),
                        List.of(),
                        List.of(new Term.Model(true, List.copyOf(models))),
                        List.of());
    }

    private static TaskSpec spec(DeviceNeed need, int cpus, Where where) {
        return new TaskSpec(
                "task",
                new Command(List.of("true"), false),
                need,
                cpus,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID,
                OomRetry.NONE,
                where);
    }

    /** What it is counted as. */
    Mix.Kind kind() {
        return Mix.Kind.of(spec);
    }

    /** What it asks of the cards, in thousandths of one. */
    long milli() {
        return switch (spec.devices()) {
            case DeviceNeed.None _ -> 0;
            case DeviceNeed.Shared(int count, MemoryAsk memory) ->
                    count * memory.mibOf(new DeviceInfo(0, "", "", "", CARD));
            case DeviceNeed.Whole(int count) -> (long) count * CARD;
        };
    }
}
