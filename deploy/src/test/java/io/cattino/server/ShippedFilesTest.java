package io.cattino.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Proves that the units and configurations of the distribution make sense to who reads them. */
class ShippedFilesTest {
    private static final Path ETC =
            Path.of(System.getProperty("basedir", "."), "src", "main", "dist", "etc");
    private static final Path INSTALLED = Path.of("/etc/cattino");
    private static final String MEOW = "/opt/cattino/bin/meow";

    /** Options of systemd that our units use; whoever adds one has looked it up. */
    private static final Set<String> KEYS =
            Set.of(
                    "Description",
                    "After",
                    "Wants",
                    "StartLimitIntervalSec",
                    "Type",
                    "User",
                    "Group",
                    "EnvironmentFile",
                    "ExecStart",
                    "KillMode",
                    "Restart",
                    "RestartSec",
                    "RestartPreventExitStatus",
                    "SuccessExitStatus",
                    "TimeoutStopSec",
                    "Delegate",
                    "TasksMax",
                    "LimitNOFILE",
                    "OOMScoreAdjust",
                    "StateDirectory",
                    "StateDirectoryMode",
                    "NoNewPrivileges",
                    "ProtectSystem",
                    "ProtectHome",
                    "PrivateTmp",
                    "WantedBy");

    @TempDir Path directory;

    private static List<Path> units() throws IOException {
        try (Stream<Path> files = Files.list(ETC.resolve("systemd"))) {
            return files.sorted().toList();
        }
    }

    private static List<String> settings(Path unit) throws IOException {
        return Files.readAllLines(unit).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("["))
                .toList();
    }

    private static List<String> command(Path unit) throws IOException {
        return settings(unit).stream()
                .filter(line -> line.startsWith("ExecStart="))
                .flatMap(line -> Stream.of(line.substring("ExecStart=".length()).split(" ")))
                .toList();
    }

    @Test
    void unitsSayWhatSystemdKnows() throws IOException {
        assertThat(units()).hasSize(4);
        for (Path unit : units()) {
            assertThat(settings(unit))
                    .allSatisfy(line ->
                            assertThat(KEYS).contains(line.substring(0, line.indexOf('='))));
        }
    }

    @Test
    void systemdTakesTheUnits() throws Exception {
        String path = System.getenv().getOrDefault("PATH", "");
        if (Stream.of(path.split(":")).noneMatch(it -> isProgram(it + "/systemd-analyze"))) {
            return; // there are machines without systemd; the other tests hold there too
        }
        Path meow = Files.createFile(directory.resolve("meow"));
        Files.setPosixFilePermissions(meow, PosixFilePermissions.fromString("rwx------"));
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify"));
        for (Path unit : units()) {
            String text = Files.readString(unit).replace(MEOW, meow.toString());
            command.add(Files.writeString(directory.resolve(unit.getFileName()), text).toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(said.lines().filter(line -> line.contains("cattino-"))).isEmpty();
    }

    private static boolean isProgram(String path) {
        return Files.isExecutable(Path.of(path));
    }

    @Test
    void unitsStartServersThatThereAreWithOptionsThatTheyTake() throws Exception {
        for (Path unit : units()) {
            List<String> command = command(unit);
            assertThat(command.getFirst()).as(unit.toString()).isEqualTo(MEOW);
            List<String> words = command.subList(1, command.size());
            if (words.getFirst().equals("fence")) {
                assertThat(words).containsExactly("fence", "--data", "/var/lib/cattino/agent");
                continue; // a program of its own
            }
            List<String> here =
                    words.stream()
                            .map(word -> word.replace(INSTALLED.toString(), ETC.toString()))
                            .toList();
            CommandLine line = ServerMain.commandLine();
            List<String> all =
                    here.contains("--config")
                            ? OptionFile.namedBy(here).orElseThrow().expand(line, here, Map.of())
                            : here;
            assertThatCode(() -> line.parseArgs(all.toArray(String[]::new)))
                    .as(unit + ": " + all)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void zooKeeperTakesItsConfiguration() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("myid"), "2\n");
        String text =
                Files.readString(ETC.resolve("zoo.cfg"))
                        .replace("/var/lib/cattino/zookeeper", data.toString())
                        .replace("=farm-", "=127.0.0.");
        QuorumPeerConfig config = new QuorumPeerConfig();
        config.parse(Files.writeString(directory.resolve("zoo.cfg"), text).toString());
        assertThat(config.getServers()).hasSize(3);
        assertThat(config.getServerId()).isEqualTo(2);
        assertThat(config.getTickTime()).isEqualTo(500);
        assertThat(config.getPurgeInterval()).isEqualTo(1);
    }

    @Test
    void theAgentsUnitLeavesTasksAlone() throws IOException {
        assertThat(settings(ETC.resolve("systemd/cattino-agent.service")))
                .contains("KillMode=process", "Delegate=yes", "TasksMax=infinity")
                .noneMatch(line -> line.startsWith("OOMScoreAdjust"))
                .noneMatch(line -> line.startsWith("PrivateTmp"));
    }
}
