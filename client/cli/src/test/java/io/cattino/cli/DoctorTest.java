package io.cattino.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.cli.server.Home;
import io.cattino.proto.v1.Device;
import io.cattino.proto.v1.Node;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor sees, with a server and without. */
class DoctorTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm).env("PATH", directory.toString());
    }

    private void node(String name, Node.State state, String seen) {
        farm.nodes.add(
                Node.newBuilder()
                        .setName(name)
                        .setState(state)
                        .setLastSeenTime(FakeFarm.at(seen))
                        .build());
    }

    @Test
    void aFarmThatWorksIsWell() {
        node("gpu-1", Node.State.STATE_READY, "2026-11-22T08:14:09Z");

        Cli.Result result = cli().run("doctor");

        assertThat(result.exit()).isZero();
        assertThat(result.out().lines())
                .contains(
                        "ok\tleader\tlocalhost:19192, elected through ZooKeeper (epoch 7)\t",
                        "ok\tagents\t1 of 1 agent connected\t",
                        "ok\tclock\tagrees with the server's\t",
                        "warning\tversion\tmeow is unknown, the server 0.1.0\tstart the server again: meow exit, then meow run",
                        "warning\tpython\tthere is no python3 on PATH\tneeded for .py tasks only; install it");
    }

    @Test
    void saysHowManyCardsAreSick() {
        farm.nodes.add(
                ShowTest.node("gpu-1", Node.State.STATE_READY).toBuilder()
                        .addDevices(ShowTest.device(2).setState(Device.State.STATE_SICK))
                        .build());
        assertThat(cli().run("doctor").out().lines())
                .contains("warning\tdevices\t3 cards, 1 sick\tsee: meow gpus");
    }

    @Test
    void saysWhatIsWrongAndHowToPutItRight() throws IOException {
        node("gpu-1", Node.State.STATE_READY, "2026-11-22T08:12:09Z");
        node("gpu-2", Node.State.STATE_LOST, "2026-11-22T08:00:00Z");
        Path token = directory.resolve("token");
        Files.writeString(token, "x");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

        Cli.Result result =
                cli().env("CATTINO_TOKEN_FILE", token.toString()).tty(100).run("doctor");

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains(
                        """
                        ! clock    2m01s ahead of the server's
                                   → timedatectl set-ntp true, on both
                        """,
                        """
                        ! agents   1 of 2 agents connected; not gpu-2
                                   → see: meow nodes
                        """,
                        "→ chmod 600 " + token);
    }

    @Test
    void withoutMachinesOrServerItIsIll() {
        Cli.Result empty = cli().run("doctor", "--json");
        assertThat(empty.exit()).isEqualTo(1);
        assertThat(empty.out())
                .contains(
                        "{\"check\":\"agents\",\"status\":\"error\",\"text\":\"no machine has registered\",\"fix\":\"on each machine: meow agent run\"}");

        Cli.Result gone = cli().env("CATTINO_PORT", "1").run("doctor");
        assertThat(gone.exit()).isEqualTo(1);
        assertThat(gone.out())
                .contains(
                        "error\tserver\tcannot reach a coordinator at localhost:1 (connection refused)");
    }

    @Test
    void aWrongTokenIsNamed() {
        farm.clusterFailures.add(
                FakeFarm.refusal(Status.Code.UNAUTHENTICATED, "DENIED", "the token is wrong", ""));

        Cli.Result result = cli().run("doctor");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("the token is wrong", "export CATTINO_TOKEN_FILE=FILE");
    }

    @Test
    void badFilesAreFound() throws IOException {
        Path config = directory.resolve("config/cattino/config.toml");
        Files.createDirectories(config.getParent());
        Files.writeString(config, "colour = 1\n");
        assertThat(cli().run("doctor").out()).contains("has settings that nobody reads: colour");
        Files.writeString(config, "colour\n");
        Cli.Result broken = cli().run("doctor");
        assertThat(broken.exit()).isEqualTo(1);
        assertThat(broken.out())
                .contains("error\tconfig\t" + config + ", line 1: 'colour' is no setting");
        Files.delete(config);

        Path said = new Home(directory.resolve("home"), host()).serverFile();
        Files.createDirectories(said.getParent());
        Files.writeString(said, "{\"pid\":%d,\"grpcPort\":1}".formatted(Integer.MAX_VALUE));
        assertThat(cli().run("doctor").out())
                .contains("names PID %d, which is gone".formatted(Integer.MAX_VALUE));
    }

    private static String host() {
        return Home.of(Map.of()).hostname();
    }

    @Test
    void saysThatAnotherMachineIsSpokenToUnencrypted() {
        String elsewhere = "[::ffff:127.0.0.1]:" + farm.port(); // for all that it knows
        Cli here = cli().env("CATTINO_INSECURE_PLAINTEXT", "1");
        assertThat(here.run("doctor", "-H", elsewhere).out())
                .contains("network\tthe token and everything else goes to " + elsewhere + " unenc");
        assertThat(here.tty(80).run("status", "-H", elsewhere).out())
                .contains("Network  unencrypted");
        assertThat(here.run("doctor").out()).doesNotContain("unencrypted");
    }
}
