package io.cattino.agent.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The memory of this machine, from {@code /proc/meminfo}. */
public final class HostMemory {

    private static final long KIB_PER_MIB = 1024;
    private static final long USUAL_PAGE_KIB = 4;

    private static final String OOM_KILLS = "oom_kill ";

    private final Path proc;

    /**
     * @param proc {@code /proc}, or what stands for it in a test
     */
    public HostMemory(Path proc) {
        this.proc = proc;
    }

    /** All of it, in MiB. */
    public long totalMib() {
        return kib("meminfo", "MemTotal:") / KIB_PER_MIB;
    }

    /** What is not available to new processes, in MiB. */
    public long usedMib() {
        return (kib("meminfo", "MemTotal:") - kib("meminfo", "MemAvailable:")) / KIB_PER_MIB;
    }

    /** How often the kernel killed a process for want of memory; 0 if it does not count that. */
    public long oomKills() {
        try (Stream<String> lines = Files.lines(proc.resolve("vmstat"))) {
            return lines.filter(line -> line.startsWith(OOM_KILLS))
                    .mapToLong(line -> Long.parseLong(line.substring(OOM_KILLS.length())))
                    .sum();
        } catch (IOException | UncheckedIOException _) {
            return 0; // /proc is restricted
        }
    }

    /** The size of a page, in KiB. */
    long pageKib() {
        try {
            return kib("self/smaps", "KernelPageSize:");
        } catch (UncheckedIOException _) {
            return USUAL_PAGE_KIB; // a kernel without it, or /proc restricted
        }
    }

    private long kib(String file, String name) {
        try {
            List<String> lines = Files.readAllLines(proc.resolve(file));
            for (String line : lines) {
                if (line.startsWith(name)) {
                    String value = line.substring(name.length()).strip();
                    return Long.parseLong(value.substring(0, value.indexOf(' ')));
                }
            }
            throw new IOException("no " + name + " in " + proc.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
