package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.placement.Mix.Kind;
import io.cattino.coordinator.core.placement.Mix.Weighted;
import java.util.List;

/**
 * What the kinds of a mix ask of devices of one model and size, in arrays: {@link Room} reads them
 * for each kind, device and way to place a task, thousands of times in a pass.
 */
final class Lens {
    /** More than any device has. */
    private static final long NONE_HAS = Long.MAX_VALUE;

    /** What is asked is counted up to here, 1 PiB, so that no sum overflows. */
    private static final long MOST = 1L << 30;

    /** Binary digits after the point of {@link #mibPerCore}. */
    static final int POINT = 10;

    final int kinds;
    final long[] tasks;
    final int[] cpus;
    final int[] devices;

    /** Of each device; beyond what there is if tasks of the kind may not have it. */
    final long[] mib;

    /** Nobody else may be on the device. */
    final boolean[] whole;

    /** What goes with one core of a task, in MiB with {@link #POINT} binary digits more. */
    final long[] mibPerCore;

    Lens(List<Weighted> mix, DeviceInfo device) {
        kinds = mix.size();
        tasks = new long[kinds];
        cpus = new int[kinds];
        devices = new int[kinds];
        mib = new long[kinds];
        whole = new boolean[kinds];
        mibPerCore = new long[kinds];
        for (int k = 0; k < kinds; k++) {
            Kind kind = mix.get(k).kind();
            long total = device.totalMib();
            boolean allowed = kind.takes(device);
            long asked =
                    switch (kind.devices()) {
                        case DeviceNeed.None _ -> 0;
                        case DeviceNeed.Whole _ -> total;
                        case DeviceNeed.Shared(_, MemoryAsk memory) -> memory.mibOf(device);
                    };
            tasks[k] = mix.get(k).count();
            cpus[k] = kind.cpus();
            devices[k] = kind.devices().count();
            mib[k] = allowed ? asked : NONE_HAS;
            whole[k] =
                    switch (kind.devices()) {
                        case DeviceNeed.None _ -> false;
                        case DeviceNeed.Whole _ -> true;
                        case DeviceNeed.Shared(_, MemoryAsk memory) -> memory.wholeOn(device);
                    };
            long all = allowed ? Math.min(Math.min(asked, MOST) * devices[k], MOST) : 0;
            mibPerCore[k] = (all << POINT) / Math.max(1, cpus[k]);
        }
    }

    boolean allows(int kind) {
        return mib[kind] != NONE_HAS;
    }
}
