package io.cattino.agent.probe.ascend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** A program {@code npu-smi} that prints what a test says, in a directory of its own. */
@NullUnmarked
public final class FakeNpuSmi {

    private static final String RULE =
            "+===========================+===============+====================================================+\n";

    private final Path directory;
    private final List<String> chips = new ArrayList<>();
    private final List<String> processes = new ArrayList<>();

    public FakeNpuSmi(Path directory) {
        this.directory = directory;
        does("cat \"${0%/*}/says\"");
    }

    /** What to run. */
    public String program() {
        return directory.resolve("npu-smi").toString();
    }

    /** What it does when it is run, after it has noted that. */
    public FakeNpuSmi does(String line) {
        try {
            Path next = directory.resolve("npu-smi.next");
            Files.writeString(next, "#!/bin/sh\necho \"$@\" >> \"${0%/*}/calls\"\n" + line + "\n");
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(next, Path.of(program()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The arguments of each call. */
    public List<String> calls() {
        try {
            return Files.readAllLines(directory.resolve("calls"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of two chips of a card, with 64 GiB. */
    public FakeNpuSmi chip(int npu, int chip, long usedMib) {
        chips.add(
                """
                | %-5d Ascend910           | OK            | -           36                0    / 0             |
                | %-5d %-19d | 0000:%02X:00.0  | 0           0    / 0          %-5d/ 65536         |
                """
                        .formatted(npu, chip, 2 * npu + chip, 0x90 + 2 * npu + chip, usedMib));
        return write();
    }

    /** Chip 0 of a card, with 64 GiB. */
    public FakeNpuSmi card(int npu, String health, long usedMib) {
        chips.add(
                """
                | %-5d 910B3               | %-13s | 92.6        46                0    / 0             |
                | 0                         | 0000:%02X:00.0  | 0           0    / 0          %-5d/ 65536         |
                """
                        .formatted(npu, health, 0xc0 + npu, usedMib));
        return write();
    }

    public FakeNpuSmi process(int npu, long pid, long mib) {
        processes.add(
                "| %-7d 0                 | %-13d |                          | %-23d |\n"
                        .formatted(npu, pid, mib));
        return write();
    }

    public FakeNpuSmi nothing() {
        chips.clear();
        processes.clear();
        return this;
    }

    private FakeNpuSmi write() {
        String text =
                RULE
                        + "| npu-smi 24.1.rc3                 Version: 24.1.rc3                                               |\n"
                        + RULE
                        + "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n"
                        + "| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n"
                        + RULE
                        + String.join(RULE, chips)
                        + RULE
                        + "| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |\n"
                        + RULE
                        + String.join("", processes)
                        + "| No running processes found in NPU 9                                                            |\n"
                        + RULE;
        try {
            Path next = Files.write(directory.resolve("says.next"), text.getBytes(UTF_8));
            Files.move(next, directory.resolve("says"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
