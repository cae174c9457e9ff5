package io.cattino.coordinator.core.memory;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Work;
import io.cattino.coordinator.core.placement.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What runs have used of devices, by work and by model of device, and what {@link MemoryAsk.Auto}
 * comes to by that. Part of the state; bounded: what was not run for longest is forgotten first.
 * Its owner's.
 *
 * <p>A run counts for its work as it is and for the family of it. An ask goes by the first if that
 * is known on the model, else by the second, else it is for a whole device: the highest of the
 * newest runs, a tenth more and {@value #LEAST_MARGIN} MiB at least, rounded up to {@value #STEP}.
 */
public final class MemoryBook {
    /** Works and families. */
    public static final int KEYS = 10_000;

    /** Of one work on one model. */
    public static final int RUNS = 8;

    /** Models of one work; a farm has fewer. */
    static final int MODELS = 16;

    private static final long LEAST_MARGIN = 256;
    private static final long STEP = 64;

    /** More than any device has: what was told may be anything. */
    private static final long MOST = 1L << 40;

    /** Run longest ago first. */
    private final Map<Long, SortedMap<String, MemoryRuns>> byKey = new LinkedHashMap<>();

    /** Since the last run; looked up only. */
    private final Map<Work, MemoryAsk.Learned> asks = new HashMap<>();

    private Mix mix = Mix.NONE;
    private Mix mixWithAsks = Mix.NONE;

    /**
     * What is asked of one device as things are.
     *
     * @param whole all of it: nothing is known, or as much as it has
     * @param mib MiB asked for
     * @param runs that it goes by; 0: nothing is known
     * @param highestMib the most that one of them used
     * @param family they are runs of other commands of its family
     */
    public record Estimate(
            String model, boolean whole, long mib, int runs, long highestMib, boolean family) {}

    /**
     * Takes in what a run told.
     *
     * @return whether its family asks for something else now, and not at most the work itself
     */
    public boolean learn(Work work, String model, MemoryRun run) {
        MemoryAsk.Learned before = learned(work.anyOfFamily());
        learn(work.exact(), model, run);
        learn(work.family(), model, run);
        return !learned(work.anyOfFamily()).equals(before);
    }

    private void learn(long key, String model, MemoryRun run) {
        if (!tells(key, model, run)) {
            return;
        }
        SortedMap<String, MemoryRuns> known = byKey.remove(key);
        SortedMap<String, MemoryRuns> models = known == null ? new TreeMap<>() : known;
        MemoryRuns before = models.getOrDefault(model, new MemoryRuns(key, model, List.of()));
        List<MemoryRun> runs = new ArrayList<>(before.runs());
        runs.add(run);
        models.put(
                model,
                new MemoryRuns(
                        key, model, runs.subList(Math.max(0, runs.size() - RUNS), runs.size())));
        if (models.size() > MODELS) {
            models.remove(models.firstKey().equals(model) ? models.lastKey() : models.firstKey());
        }
        byKey.put(key, models);
        if (byKey.size() > KEYS) {
            byKey.remove(byKey.keySet().iterator().next());
        }
        changed();
    }

    /** Puts what a snapshot holds behind what is there. */
    public void put(MemoryRuns runs) {
        byKey.computeIfAbsent(runs.key(), _ -> new TreeMap<>()).put(runs.model(), runs);
        changed();
    }

    private void changed() {
        asks.clear();
        mix = Mix.NONE;
        mixWithAsks = Mix.NONE;
    }

    /** Everything in it, run longest ago first. */
    public List<MemoryRuns> all() {
        return byKey.values().stream().flatMap(models -> models.values().stream()).toList();
    }

    /** The same work, by what is known of it now: its family only, if itself was never run. */
    public Work known(Work work) {
        return byKey.containsKey(work.exact()) ? work : work.anyOfFamily();
    }

    /** Whether a run tells what is not known yet: one that was cut short may not. */
    public boolean tells(Work work, String model, MemoryRun run) {
        return tells(work.exact(), model, run) || tells(work.family(), model, run);
    }

    private boolean tells(long key, String model, MemoryRun run) {
        return run.complete()
                || run.mib() > runs(key, model).map(MemoryRuns::highestMib).orElse(0L);
    }

    private Optional<MemoryRuns> runs(long key, String model) {
        return Optional.ofNullable(byKey.get(key)).map(models -> models.get(model));
    }

    /** The runs that an ask on the model goes by; empty: nothing is known. */
    private Optional<MemoryRuns> deciding(Work work, String model) {
        return runs(work.exact(), model)
                .filter(MemoryRuns::known)
                .or(() -> runs(work.family(), model).filter(MemoryRuns::known));
    }

    /** Runs of the work that were cut short count too, if they went by its family. */
    private long highestMib(Work work, MemoryRuns deciding) {
        long own = runs(work.exact(), deciding.model()).map(MemoryRuns::highestMib).orElse(0L);
        return Math.max(own, deciding.highestMib());
    }

    private static long asked(long highestMib) {
        long highest = Math.clamp(highestMib, 0, MOST);
        long margin = Math.max(Math.ceilDiv(highest, 10), LEAST_MARGIN);
        return Math.ceilDiv(highest + margin, STEP) * STEP;
    }

    /** What a need is as things are. */
    public DeviceNeed resolved(DeviceNeed need) {
        return need instanceof DeviceNeed.Shared(int count, MemoryAsk.Auto(Work work))
                ? new DeviceNeed.Shared(count, asks.computeIfAbsent(work, this::learned))
                : need;
    }

    private MemoryAsk.Learned learned(Work work) {
        SortedSet<String> models = new TreeSet<>();
        models.addAll(byKey.getOrDefault(work.exact(), new TreeMap<>()).keySet());
        models.addAll(byKey.getOrDefault(work.family(), new TreeMap<>()).keySet());
        Map<String, Long> mib = new TreeMap<>();
        for (String model : models) {
            deciding(work, model).ifPresent(runs -> mib.put(model, asked(highestMib(work, runs))));
        }
        return new MemoryAsk.Learned(mib);
    }

    /** The mix with what its kinds ask for as things are. */
    public Mix resolved(Mix counted) {
        if (!counted.equals(mix)) {
            mix = counted;
            mixWithAsks = counted.with(this::resolved);
        }
        return mixWithAsks;
    }

    /** What a task asks of such a device as things are. */
    public Estimate estimate(Work work, DeviceInfo device) {
        MemoryAsk.Learned ask = learned(work);
        Optional<MemoryRuns> runs = deciding(work, device.model());
        return new Estimate(
                device.model(),
                ask.wholeOn(device),
                ask.mibOf(device),
                runs.map(known -> known.runs().size()).orElse(0),
                runs.map(known -> highestMib(work, known)).orElse(0L),
                runs.filter(known -> known.key() == work.family()).isPresent());
    }
}
