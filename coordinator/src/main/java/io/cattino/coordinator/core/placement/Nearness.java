package io.cattino.coordinator.core.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which devices of a node reach each other fast, by their places in its list, and which of them a
 * task of several devices would best get. A matter of taste: it decides between choices that are
 * equal otherwise.
 */
final class Nearness {
    /** Nobody knows of any. */
    static final Nearness NONE = new Nearness(new boolean[0][0]);

    /** More than that is one fabric, or made up: to try them all would take too long. */
    private static final int MOST_DEVICES = 64;

    private final boolean[][] near;

    private Nearness(boolean[][] near) {
        this.near = near;
    }

    /** Whether two devices are alike: a task would be as well off on the one as on the other. */
    @FunctionalInterface
    interface Likeness {
        boolean test(int one, int other);
    }

    static Nearness of(List<DeviceSpace> devices) {
        if (devices.size() > MOST_DEVICES
                || devices.stream().allMatch(device -> device.info.near().isEmpty())) {
            return NONE;
        }
        boolean[][] near = new boolean[devices.size()][devices.size()];
        for (int i = 0; i < near.length; i++) {
            for (int j = 0; j < near.length; j++) {
                boolean told = devices.get(i).info.near().contains(devices.get(j).info.index());
                near[i][j] |= told;
                near[j][i] |= told;
            }
        }
        return new Nearness(near);
    }

    /** How many pairs of these devices are not near each other. */
    int apart(List<Integer> places) {
        int pairs = 0;
        for (int i = 0; i < places.size(); i++) {
            pairs += i - links(places.get(i), places.subList(0, i));
        }
        return pairs;
    }

    private int links(int place, List<Integer> others) {
        int links = 0;
        if (place < near.length) {
            for (int other : others) {
                links += near[place][other] ? 1 : 0;
            }
        }
        return links;
    }

    /**
     * As many devices of each kind as were chosen, with fewer pairs apart if that can be had: grown
     * from each device in turn, always by the one with the most links. Ties go to the first.
     *
     * @param chosen what would be taken if nothing were known of links
     * @param free what could be taken, in the order in which it would be
     */
    List<Integer> gather(List<Integer> chosen, List<Integer> free, Likeness alike) {
        int least = apart(chosen);
        if (near.length == 0 || least == 0 || free.size() == chosen.size()) {
            return chosen;
        }
        List<Integer> best = chosen;
        for (int seed : free) {
            List<Integer> grown = grow(seed, chosen, free, alike);
            int apart = apart(grown);
            if (grown.size() == chosen.size() && apart < least) {
                best = grown;
                least = apart;
            }
        }
        return best;
    }

    private List<Integer> grow(int seed, List<Integer> chosen, List<Integer> free, Likeness alike) {
        List<Integer> grown = new ArrayList<>();
        IntPredicate wanted =
                place ->
                        !grown.contains(place)
                                && count(place, grown, alike) < count(place, chosen, alike);
        for (int next = seed; next >= 0 && wanted.test(next); next = next(grown, free, wanted)) {
            grown.add(next);
        }
        return grown;
    }

    /** The one with the most links to those that are taken; below 0: there is none. */
    private int next(List<Integer> grown, List<Integer> free, IntPredicate wanted) {
        int best = -1;
        int most = -1;
        for (int place : free) {
            int links = wanted.test(place) ? links(place, grown) : -1;
            if (links > most) {
                best = place;
                most = links;
            }
        }
        return best;
    }

    /** How many of them are like this one. */
    private static int count(int place, List<Integer> places, Likeness alike) {
        int count = 0;
        for (int other : places) {
            count += alike.test(place, other) ? 1 : 0;
        }
        return count;
    }
}
