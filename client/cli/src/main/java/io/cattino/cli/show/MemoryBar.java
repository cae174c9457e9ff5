package io.cattino.cli.show;

import io.cattino.cli.output.Colour;
import io.cattino.client.DeviceInfo;
import java.util.Collection;

/**
 * Whose a device's memory is, on a scale from nothing to all of it.
 *
 * @param used MiB that tasks use
 * @param promised MiB that are promised to tasks beyond what they use
 * @param external MiB that others use
 * @param total MiB there are
 */
record MemoryBar(long used, long promised, long external, long total) {

    static final String LEGEND =
            "█ used by tasks   ▒ promised, not used yet   ▓ used by others   ░ free";

    static final int CELLS = 12;
    private static final int PERCENT = 100;

    /** Of one device. */
    static MemoryBar of(DeviceInfo device) {
        long used = Math.max(0, device.usedMib() - device.externalMib());
        return new MemoryBar(
                used,
                Math.max(0, device.promisedMib() - used),
                device.externalMib(),
                device.totalMib());
    }

    /** Of several together. */
    static MemoryBar of(Collection<DeviceInfo> devices) {
        MemoryBar sum = new MemoryBar(0, 0, 0, 0);
        for (DeviceInfo device : devices) {
            MemoryBar one = of(device);
            sum =
                    new MemoryBar(
                            sum.used + one.used,
                            sum.promised + one.promised,
                            sum.external + one.external,
                            sum.total + one.total);
        }
        return sum;
    }

    /** How much of it is taken, by whom ever. */
    long percent() {
        return total == 0 ? 0 : Math.min(PERCENT, taken() * PERCENT / total);
    }

    long taken() {
        return used + promised + external;
    }

    /** Twelve cells. What there is has a cell at least, and what is free too. */
    String text(boolean colours) {
        if (total == 0) {
            return "-";
        }
        int all = cells(taken(), CELLS);
        int others = cells(external, all);
        int kept = Math.min(cells(promised, all), all - others);
        int solid = Math.max(0, all - others - kept);
        return Colour.GREEN.paint("█".repeat(solid), colours)
                + "▒".repeat(kept)
                + Colour.RED.paint("▓".repeat(others), colours)
                + Colour.DIM.paint("░".repeat(CELLS - all), colours);
    }

    private int cells(long mib, int most) {
        if (mib == 0) {
            return 0;
        }
        long rounded = Math.round((double) mib * CELLS / total);
        boolean full = mib >= total;
        return Math.clamp(rounded, 1, Math.max(1, full ? most : Math.min(most, CELLS - 1)));
    }
}
