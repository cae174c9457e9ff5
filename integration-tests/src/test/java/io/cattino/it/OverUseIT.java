package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tasks that use more of a card than they asked for, and tasks that end for want of memory: who is
 * stopped, who is blamed, who is tried again. Real processes on a card that is a file.
 */
class OverUseIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static Path cards;
    private static Path gate;
    private static Path gateOfVictim;

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        cards = FARM.path("cards");
        gate = FARM.path("gate");
        gateOfVictim = FARM.path("gate-of-victim");
        Files.writeString(cards, "");
        server =
                Server.start(
                        FARM,
                        FARM.port(),
                        FARM.port() + 1,
                        List.of("--fake-gpus", "1x24576@" + cards));
    }

    @AfterAll
    static void stop() {
        server.terminate();
    }

    @BeforeEach
    void closeTheGate() throws Exception {
        Files.deleteIfExists(gate);
        Files.deleteIfExists(gateOfVictim);
        Files.writeString(cards, "");
        meow("set", "over-use", "protect");
    }

    /** Whatever became of the test, the next one has the card for itself. */
    @AfterEach
    void letEverythingEnd() throws Exception {
        Files.writeString(gate, "");
        Files.writeString(gateOfVictim, "");
        FARM.meow().run("wait", "--all");
    }

    private static String meow(String... arguments) throws Exception {
        return FARM.meow().run(arguments).exits(0).out();
    }

    /**
     * A task that is promised some memory and uses some until the gate opens, and then does
     * something else.
     */
    private static void create(String name, int promised, int used, String then, String... more)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("create", "-n", name, "-M", Integer.toString(promised)));
        arguments.addAll(List.of(more));
        arguments.add("--shell");
        arguments.add(
                "echo \"0 %d $$\" >> %s; until [ -e %s ]; do sleep 0.1; done%s"
                        .formatted(used, cards, gate, then));
        meow(arguments.toArray(String[]::new));
    }

    private static void awaitUsed(int mib) {
        await("it is measured").atMost(LIMIT).until(() -> meow("gpus").contains("\t" + mib + "\t"));
    }

    private static void awaitText(String text, String... arguments) {
        await(text)
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(FARM.meow().run(arguments).out()).contains(text));
    }

    @Test
    void whoTakesWhatANeighbourWasPromisedIsKilledAndTheNeighbourGoesOn() throws Exception {
        create("modest", 8_000, 1_000, "");
        awaitUsed(1_000);
        create("greedy", 4_000, 18_000, "");
        awaitText(
                "used 18000 MiB of device 0 and had asked for 4000; 5576 MiB are left of the 7000"
                        + " that modest may still take",
                "describe",
                "greedy");
        assertThat(meow("list", "--json=fullname,status,reason,attempt"))
                .contains(
                        "{\"fullname\":\"modest\",\"status\":\"Running\",\"reason\":null,\"attempt\":1}",
                        "{\"fullname\":\"greedy\",\"status\":\"Failed\",\"reason\":\"OverUse\",\"attempt\":1}");
        Files.writeString(gate, "");
        meow("wait", "modest");
        assertThat(meow("describe", "greedy")).contains("asked 4000 MiB, peaked 18000 MiB");
    }

    @Test
    void whoIsOnlyWarnedIsShownAndDoneInTheEnd() throws Exception {
        meow("set", "over-use", "warn");
        create("warned", 4_000, 9_000, "");
        awaitText("used 9000 MiB of device 0 and had asked for 4000", "list");
        awaitText("OverUsed", "events", "warned");
        Files.writeString(gate, "");
        meow("wait", "warned");
    }

    @Test
    void whoWantedMoreThanItAskedForIsToldSoAndTriedWithMore() throws Exception {
        String fails =
                "; if [ $CATTINO_ATTEMPT = 1 ]; then"
                        + " echo 'torch.OutOfMemoryError: CUDA out of memory.' >&2; exit 1; fi";
        create("tight", 4_000, 3_900, fails);
        create("grows", 4_000, 3_900, fails, "--oom-retry", "x1.5");
        awaitUsed(7_800);
        Files.writeString(gate, "");
        awaitText(
                "exit 1: it wanted more than the 4000 MiB of device 0 that it had asked for, and"
                        + " was seen to use 3900",
                "describe",
                "tight");
        meow("wait", "grows");
        assertThat(meow("describe", "grows")).contains("6000 MiB", "it wanted more than the 4000");
        assertThat(meow("list", "--json=fullname,requires_memory_per_device,oom_retry"))
                .contains(
                        "{\"fullname\":\"grows\",\"requires_memory_per_device\":6000,\"oom_retry\":1.5}");
    }

    @Test
    void aNeighbourThatGrewIsBlamed() throws Exception {
        meow("set", "over-use", "warn");
        create("neighbour", 4_000, 22_000, "");
        awaitUsed(22_000);
        meow(
                "create",
                "-n",
                "victim",
                "-M",
                "2000",
                "--shell",
                "until [ -e %s ]; do sleep 0.1; done; echo 'CUDA out of memory' >&2; exit 1"
                        .formatted(gateOfVictim));
        awaitText("● Running", "describe", "victim");
        Files.writeString(cards, Files.readString(cards).replace("22000", "24000"));
        awaitUsed(24_000);
        Files.writeString(gateOfVictim, "");
        awaitText(
                "exit 1: device 0 had 576 MiB left of the 2000 that it had asked for: neighbour"
                        + " used 24000, 20000 more than it had asked for",
                "describe",
                "victim");
    }
}
