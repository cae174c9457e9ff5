package io.cattino.agent.probe;

import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which cards the agent was left by whoever started it, read as CUDA and ROCm read it: the list
 * ends before the first entry that is no card, so {@code -1}, {@code NoDevFiles} and nothing at all
 * leave none. A part of a card ({@code MIG-…}) is no card.
 *
 * @param list the agent's own {@code CUDA_VISIBLE_DEVICES} or the like; absent: all cards
 */
public record VisibleDevices(Optional<String> list) {

    /**
     * The indices of those that are left.
     *
     * @param uuids of all cards, by index; empty where it is not known
     */
    public NavigableSet<Integer> among(List<String> uuids) {
        NavigableSet<Integer> left = new TreeSet<>();
        if (list.isEmpty()) {
            IntStream.range(0, uuids.size()).forEach(left::add);
            return left;
        }
        for (String entry : list.get().split(",", -1)) {
            Optional<Integer> index = index(entry.strip(), uuids);
            if (index.isEmpty() || !left.add(index.get())) {
                break;
            }
        }
        return left;
    }

    private static Optional<Integer> index(String entry, List<String> uuids) {
        if (entry.matches("\\d{1,4}")) {
            return Optional.of(Integer.parseInt(entry)).filter(index -> index < uuids.size());
        }
        String start = entry.toLowerCase(Locale.ROOT);
        if (!start.startsWith("gpu-")) {
            return Optional.empty();
        }
        List<Integer> matching =
                IntStream.range(0, uuids.size())
                        .filter(i -> uuids.get(i).toLowerCase(Locale.ROOT).startsWith(start))
                        .boxed()
                        .toList();
        return matching.size() == 1 ? Optional.of(matching.getFirst()) : Optional.empty();
    }
}
