package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Group;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Names that a mistyped one could have meant. Stateless; the names are those of its caller's
 * thread.
 */
public final class Similar {
    /** Names of a kind looked at, at most: a hint must not cost the loop its time. */
    private static final int LOOKED_AT = 1_000;

    /** Longer names get no hint, for the same reason. */
    private static final int LONGEST = 100;

    private static final int SHOWN = 3;

    private Similar() {}

    private record Scored(String name, int distance) {}

    /** The nearest names of tasks and groups, at most three, nearest first. */
    static List<String> to(String name, ClusterState state, Collection<String> more) {
        Set<String> names = new LinkedHashSet<>();
        more.stream().limit(LOOKED_AT).forEach(names::add);
        state.groups().stream().limit(LOOKED_AT).map(Group::fullname).forEach(names::add);
        state.table().names().keySet().stream().limit(LOOKED_AT).forEach(names::add);
        return to(name, names);
    }

    /**
     * The nearest of the names, at most three, nearest first, none that is far off. Of a fullname,
     * the name alone counts as well: people leave groups out.
     */
    public static List<String> to(String name, Collection<String> names) {
        if (name.length() > LONGEST) {
            return List.of();
        }
        List<Scored> scored = new ArrayList<>();
        int limit = Math.max(1, name.length() / 3);
        for (String candidate : names) {
            String last = candidate.substring(candidate.lastIndexOf('/') + 1);
            int distance = Math.min(distance(name, candidate, limit), distance(name, last, limit));
            if (distance <= limit) {
                scored.add(new Scored(candidate, distance));
            }
        }
        return scored.stream()
                .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
                .limit(SHOWN)
                .map(Scored::name)
                .toList();
    }

    /**
     * How many letters were inserted, left out, mistaken or swapped with their neighbour; more than
     * the limit if the lengths tell so much.
     */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(last[j] + 1, row[j - 1] + 1), last[j - 1] + change);
                if (isSwap(a, i, b, j)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }

    private static boolean isSwap(String a, int i, String b, int j) {
        return i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
