package io.cattino.agent.exec;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every launcher has to do. */
@NullUnmarked
class LauncherTest {

    @TempDir private Path temporary;

    static Stream<Launcher> launchers() {
        Launcher native_ = PosixSpawnLauncher.tryCreate().orElse(null);
        Assumptions.assumeTrue(native_ != null, "posix_spawn is not to be had here");
        return Stream.of(native_, new ProcessBuilderLauncher());
    }

    private Launcher.Program program(String... argv) {
        return new Launcher.Program(
                List.of(argv),
                Map.of("PATH", "/usr/bin:/bin", "ONLY", "ü €"),
                temporary,
                temporary.resolve("out"),
                temporary.resolve("err"));
    }

    private void awaitDeath(Launcher launcher, long pid) {
        ProcessTable table = new ProcessTable(Path.of("/proc"));
        await().until(() -> {
            launcher.reap(pid);
            return table.find(pid).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void startsASessionOfItsOwnWithNothingInherited(Launcher launcher) throws IOException {
        long pid =
                launcher.launch(
                        program(
                                "/bin/sh",
                                "-c",
                                "cat /proc/$$/stat; ls /proc/$$/fd; readlink /proc/$$/fd/0; pwd;"
                                        + " grep -E 'Sig(Blk|Ign)' /proc/self/status; env"));
        awaitDeath(launcher, pid);
        List<String> lines = Files.readAllLines(temporary.resolve("out"));
        ProcessTable.Entry entry = ProcessTable.parse(lines.getFirst()).orElseThrow();
        assertThat(entry.pid()).isEqualTo(pid);
        assertThat(entry.session()).isEqualTo(pid);
        assertThat(lines)
                .contains("0", "1", "2", "/dev/null", temporary.toString())
                .contains("SigBlk:\t0000000000000000", "ONLY=ü €")
                .noneMatch(line -> line.startsWith("HOME="))
                .noneMatch(line -> line.matches("[4-9]|\\d\\d+"));
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void appendsToItsLogs(Launcher launcher) throws IOException {
        Files.writeString(temporary.resolve("out"), "before\n");
        awaitDeath(launcher, launcher.launch(program("/bin/sh", "-c", "echo after; echo x >&2")));
        assertThat(temporary.resolve("out")).hasContent("before\nafter");
        assertThat(temporary.resolve("err")).hasContent("x");
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void refusesALogThatIsALinkAndADirectoryThatIsNone(Launcher launcher) throws IOException {
        Files.createSymbolicLink(temporary.resolve("out"), temporary.resolve("elsewhere"));
        assertThatThrownBy(() -> launcher.launch(program("/bin/true")))
                .isInstanceOf(Launcher.LaunchException.class);
        assertThat(temporary.resolve("elsewhere")).doesNotExist();
        Launcher.Program nowhere =
                new Launcher.Program(
                        List.of("/bin/true"),
                        Map.of(),
                        temporary.resolve("nowhere"),
                        temporary.resolve("o"),
                        temporary.resolve("e"));
        assertThatThrownBy(() -> launcher.launch(nowhere))
                .isInstanceOf(Launcher.LaunchException.class);
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void tellsThatArgumentsAreTooLarge(Launcher launcher) {
        assertThatThrownBy(() -> launcher.launch(program("/bin/true", "x".repeat(300_000))))
                .isInstanceOfSatisfying(
                        Launcher.LaunchException.class,
                        e ->
                                assertThat(e.kind())
                                        .isEqualTo(Launcher.LaunchException.Cause.TOO_LARGE));
    }
}
