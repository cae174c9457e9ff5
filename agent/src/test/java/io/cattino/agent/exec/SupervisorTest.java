package io.cattino.agent.exec;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script, without an agent. */
@NullUnmarked
class SupervisorTest {

    @TempDir private Path temporary;
    private SupervisorProgram supervisor;
    private AttemptDirectory directory;
    private final Launcher launcher = Supervision.bestLauncher();

    @BeforeEach
    void prepare() throws IOException {
        supervisor = SupervisorProgram.install(temporary);
        directory = new AttemptDirectory(temporary.resolve("1.1.1"));
        directory.create(new byte[] {1});
    }

    private long start(String... command) throws IOException {
        return launcher.launch(
                new Launcher.Program(
                        supervisor.argv(directory.path(), 027, Optional.empty(), List.of(command)),
                        Map.of("PATH", "/usr/bin:/bin"),
                        temporary,
                        temporary.resolve("out"),
                        temporary.resolve("err")));
    }

    private AttemptDirectory.Exit awaitExit() {
        await().until(() -> directory.exit().isPresent());
        try {
            return directory.exit().orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void recordsTheCodeTheCommandAndItself() throws IOException {
        long pid = start("sh", "-c", "echo $$; umask; exit 42");
        assertThat(awaitExit().code()).isEqualTo(42);
        assertThat(directory.claimStart()).isFalse();
        List<String> out = Files.readAllLines(temporary.resolve("out"));
        assertThat(out).hasSize(2);
        assertThat(directory.command().orElseThrow().pid())
                .isEqualTo(Long.parseLong(out.getFirst()));
        assertThat(out.get(1)).isEqualTo("0027");
        SupervisorIdentity identity = directory.supervisor().orElseThrow();
        assertThat(identity.pid()).isEqualTo(pid);
        assertThat(identity.bootId())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        assertThat(identity.startTicks()).isPositive();
        assertThat(temporary.resolve("err")).isEmptyFile();
    }

    @Test
    void recordsTheSignalThatEndedTheCommand() throws IOException {
        start("sh", "-c", "kill -KILL $$");
        assertThat(awaitExit().code()).isEqualTo(137);
    }

    @Test
    void startsNothingOnceTheStartIsClaimed() throws IOException {
        assertThat(directory.claimStart()).isTrue();
        assertThat(directory.claimStart()).as("again, by who has it").isTrue();
        long pid = start("sh", "-c", "echo started");
        ProcessTable table = new ProcessTable(Path.of("/proc"));
        await().until(() -> {
            launcher.reap(pid);
            return table.find(pid).isEmpty();
        });
        assertThat(temporary.resolve("out")).isEmptyFile();
        assertThat(temporary.resolve("err")).isEmptyFile();
        assertThat(directory.exit()).isEmpty();
    }

    @Test
    void letsExactlyOneOfManyStart() throws IOException {
        List<Long> supervisors =
                IntStream.range(0, 8)
                        .mapToObj(_ -> {
                            try {
                                return start("sh", "-c", "echo started");
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        })
                        .toList();
        assertThat(awaitExit().code()).isZero();
        ProcessTable table = new ProcessTable(Path.of("/proc"));
        await().until(() -> {
            supervisors.forEach(launcher::reap);
            return supervisors.stream().allMatch(pid -> table.find(pid).isEmpty());
        });
        assertThat(temporary.resolve("out")).hasContent("started");
    }

    @Test
    void writesRecordsInPlace() throws IOException {
        long before = Files.size(directory.path().resolve("exit"));
        Object key = Files.getAttribute(directory.path().resolve("exit"), "unix:ino");
        start("true");
        awaitExit();
        assertThat(Files.size(directory.path().resolve("exit"))).isEqualTo(before);
        assertThat(Files.getAttribute(directory.path().resolve("exit"), "unix:ino")).isEqualTo(key);
        assertThat(Files.size(directory.path().resolve("supervisor"))).isEqualTo(1024);
    }

    @Test
    void doesNotTakeAHalfWrittenRecordForOne() throws IOException {
        Files.writeString(directory.path().resolve("exit"), "0" + " ".repeat(63));
        assertThat(directory.exit()).isEmpty();
        Files.writeString(directory.path().resolve("exit"), "");
        assertThat(directory.exit()).isEmpty();
    }

    @Test
    void survivesAKillOfTheCommandsWholeGroup() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        start("sh", "-c", "ps -o pgid= -p $$; ps -o sid= -p $$; echo $$ $PPID; kill -9 0; sleep 9");
        assertThat(awaitExit().code()).isEqualTo(137);
        List<String> out = Files.readAllLines(temporary.resolve("out"));
        assertThat(out.get(2)).isEqualTo(out.get(0).strip() + " " + out.get(1).strip());
        assertThat(temporary.resolve("err")).isEmptyFile();
    }

    @Test
    void takesAStopForNoEndAndLeavesSignalsAsTheyAre() throws IOException {
        start(
                "sh",
                "-c",
                "grep -E 'Sig(Blk|Ign)' /proc/self/status; (sleep 0.4; kill -CONT $$) &"
                        + " kill -TERM $PPID; kill -STOP $$; exit 5");
        assertThat(awaitExit().code()).isEqualTo(5);
        assertThat(temporary.resolve("out"))
                .hasContent("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/dash", "/bin/bash"})
    void worksInEveryShell(String shell) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of(shell)));
        List<String> argv =
                new ArrayList<>(
                        supervisor.argv(directory.path(), 027, Optional.empty(), List.of()));
        argv.subList(0, argv.indexOf(supervisor.script().toString())).clear();
        argv.addFirst(shell);
        argv.addAll(List.of("sh", "-c", "kill -INT 0; sleep 9"));
        launcher.launch(
                new Launcher.Program(
                        argv,
                        Map.of("PATH", "/usr/bin:/bin"),
                        temporary,
                        temporary.resolve("out"),
                        temporary.resolve("err")));
        assertThat(awaitExit().code()).isEqualTo(130);
        assertThat(temporary.resolve("err")).isEmptyFile();
    }
}
