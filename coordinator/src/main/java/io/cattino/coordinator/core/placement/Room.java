package io.cattino.coordinator.core.placement;

/**
 * What is free on a node, to try on what a placement would leave.
 *
 * <p>Its <em>waste</em> is what of the free memory tasks could not use, added up over all tasks of
 * a mix, in MiB times tasks. For each kind of task that is two sums. First, what lies on devices
 * that it does not fit on; everything, if it does not fit on the node at all. Second, what would be
 * left over when the node's free cores have all gone to tasks of its kind: memory without cores is
 * as useless as too small a piece; what its first device is asked for stands for all. The first sum
 * is the measure of "fragmentation gradient descent" (USENIX ATC 2023); the second sees cores run
 * out before they have.
 */
final class Room {
    /** An agent may say anything; beyond this, products would overflow. */
    private static final int MOST_CPUS = 1 << 20;

    private final Lens[] lenses;
    private final long[] freeMib;
    private final boolean[] whole;
    private long leftMib;
    private int cpus;
    private int slots;

    Room(NodeSpace space, Mix mix) {
        int devices = space.devices.size();
        this.freeMib = new long[devices];
        this.whole = new boolean[devices];
        this.lenses = new Lens[devices];
        for (int i = 0; i < devices; i++) {
            DeviceSpace device = space.devices.get(i);
            freeMib[i] = device.freeMib();
            whole[i] = device.wholeFree();
            leftMib += freeMib[i];
            lenses[i] =
                    i > 0 && space.devices.get(i - 1).isLike(device)
                            ? lenses[i - 1]
                            : mix.lens(device.info);
        }
        this.cpus = Math.clamp(space.freeCpus(), 0, MOST_CPUS);
        this.slots = space.freeSlots();
    }

    /** One attempt more runs on it. */
    void start(int moreCpus) {
        slots--;
        cpus = Math.max(0, cpus - moreCpus);
    }

    /** Takes memory of the device at this place in the node's list. */
    void take(int at, long mib) {
        leftMib -= mib;
        freeMib[at] -= mib;
        whole[at] = false;
    }

    /** Gives back what was taken of a device that was as this one is said to have been. */
    void giveBack(int at, long mib, boolean wasWhole) {
        leftMib += mib;
        freeMib[at] += mib;
        whole[at] = wasWhole;
    }

    long freeMib(int at) {
        return freeMib[at];
    }

    boolean whole(int at) {
        return whole[at];
    }

    /** MiB times tasks of the mix that could not use it. */
    long waste() {
        if (leftMib <= 0 || freeMib.length == 0) {
            return 0;
        }
        Lens first = lenses[0];
        long waste = 0;
        for (int kind = 0; kind < first.kinds; kind++) {
            waste += first.tasks[kind] * (unusable(first, kind) + coreless(first, kind));
        }
        return waste;
    }

    /** Free MiB on devices that one task of the kind could not use. */
    private long unusable(Lens first, int kind) {
        if (slots < 1 || cpus < first.cpus[kind]) {
            return leftMib;
        }
        int fitting = 0;
        long usable = 0;
        for (int i = 0; i < freeMib.length; i++) {
            if (freeMib[i] > 0
                    && (lenses[i].whole[kind] ? whole[i] : lenses[i].mib[kind] <= freeMib[i])
                    && lenses[i].allows(kind)) {
                fitting++;
                usable += freeMib[i];
            }
        }
        return fitting < first.devices[kind] ? leftMib : leftMib - usable;
    }

    /** Free MiB that would be left if tasks of the kind had taken all cores. */
    private long coreless(Lens first, int kind) {
        if (!first.allows(kind)) {
            return leftMib;
        }
        return first.cpus[kind] == 0
                ? 0
                : Math.max(0, leftMib - ((first.mibPerCore[kind] * cpus) >> Lens.POINT));
    }
}
