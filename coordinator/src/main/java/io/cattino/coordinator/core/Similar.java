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

    /** The nearest of the names, at most three, nearest first, none that is far off. */
    public static List<String> to(String name, Collection<String> names) {
        if (name.length() > LONGEST) {
            return List.of();
        }
        List<Scored> scored = new ArrayList<>();
        int limit = Math.max(1, name.length() / 3);
        for (String candidate : names) {
            if (Math.abs(candidate.length() - name.length()) <= limit) {
                int distance = distance(name, candidate);
                if (distance <= limit) {
                    scored.add(new Scored(candidate, distance));
                }
            }
        }
        return scored.stream()
                .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
                .limit(SHOWN)
                .map(Scored::name)
                .toList();
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
