package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.Memory;
import io.cattino.client.ProcTask;
import org.jspecify.annotations.Nullable;

/** What {@code create} can say of the devices of a task. */
final class DeviceOptions {

    private @Nullable Integer minDevices;
    private @Nullable String memory;
    private boolean exclusive;

    /** What it takes. */
    void declare(Syntax syntax) {
        syntax.option("-c", "--min-devices")
                .label("N")
                .says(
                        "How many devices: GPUs, or the host memory of a machine without. Without -M whole free ones. Default: 1 with -M, else 0")
                .number(it -> minDevices = it);
        syntax.option("-M", "--requires-memory-per-device")
                .label("MEMORY")
                .says(
                        "Memory on each device: 20000 (MiB), 20G, a share: 0.5, 50%%, or auto: as much as earlier runs of the command used")
                .text(it -> memory = it);
        syntax.option("--exclusive")
                .says(
                        "Whole free devices, one unless -c says how many; with -M of at least so much")
                .flag(it -> exclusive = it);
    }

    /** Whether anything was said. */
    boolean given() {
        return memory != null || minDevices != null || exclusive;
    }

    /**
     * Says it of a task.
     *
     * @param fresh nothing was said of it before, by a script
     */
    void apply(ProcTask.Builder task, boolean fresh) {
        boolean none = minDevices != null && minDevices == 0;
        if (none && (memory != null || exclusive)) {
            throw Failure.usage(
                    "%s needs at least 1 device, not -c 0"
                            .formatted(exclusive ? "--exclusive" : "-M " + memory),
                    "leave -c out for one; leave -M and --exclusive out for a task without devices");
        }
        if (minDevices != null) {
            task.minDevices(minDevices);
        } else if (exclusive && fresh) {
            task.minDevices(1);
        }
        if (exclusive) {
            task.memoryPerDevice(null);
        } else if (memory != null) {
            task.memoryPerDevice(Memory.parse(memory));
        }
    }

    /** Says how large whole devices are, behind what else was said of its place. */
    void applySize(ProcTask.Builder task) {
        if (!exclusive || memory == null) {
            return;
        }
        if (!(Memory.parse(memory) instanceof Memory.Amount(long mib))) {
            throw Failure.usage(
                    "--exclusive with -M %s: how large the devices have to be is an amount, as in 40G"
                            .formatted(memory));
        }
        task.where(where -> {
            String before = where.constraint();
            return where.withConstraint(
                    (before.isEmpty() ? "" : before + ",") + "gpu.memory>=" + mib);
        });
    }
}
