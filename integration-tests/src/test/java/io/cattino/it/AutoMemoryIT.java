package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.DeviceInfo;
import io.cattino.client.DeviceNeed;
import io.cattino.client.DeviceShare;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A task with {@code -M auto} has a whole card until a run of the same command has been measured,
 * and then what that took and a margin: so two share the card. What was learned outlives the server
 * and the tasks that it was learned from.
 */
class AutoMemoryIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long CARD = 24_576;
    private static final long PEAK = 3_000;

    /** 3000 MiB, 300 MiB more, rounded up. */
    private static final long ASKED = 3_328;

    @RegisterExtension final Farm farm = Farm.empty();

    private Path cards;
    private Server server;
    private Gate gate;
    private MeowClient client;

    @BeforeEach
    void start() throws Exception {
        cards = farm.path("cards");
        Files.writeString(cards, "");
        gate = farm.gate("gate");
        for (String program : List.of("train.sh", "eval.sh")) {
            Files.writeString(
                    farm.cwd().resolve(program),
                    "echo \"0 %d $$\" >> %s\nread _ < %s\n".formatted(PEAK, cards, gate.path()));
        }
        server = serve();
        client = Farm.client(server.file());
    }

    private Server serve() {
        return Server.start(
                farm, farm.port(), farm.port() + 1, List.of("--fake-gpus", "1x24576@" + cards));
    }

    @AfterEach
    void stop() {
        client.close();
        gate.close();
        server.terminate();
    }

    @Test
    void runsTeachHowMuchTheNextOneAsksFor() {
        create("first", "auto", "train.sh", "0.1");
        runs("first");
        assertThat(promised("first")).isEqualTo(CARD);
        create("second", "auto", "train.sh", "0.1");
        create("third", "auto", "train.sh", "0.2");
        create("other", "auto", "eval.sh", "0.1");
        waits("second");
        assertThat(told("second"))
                .contains(
                        "auto: a whole device, until a run has been measured",
                        "0M free on device 0, all of its 24576M asked");
        assertThat(farm.meow().run("list", "--json").exits(0).out())
                .contains("\"requires_memory_per_device\":\"auto\"");

        letGo("first", 1);
        assertThat(told("first")).contains("auto: asked 24576 MiB, peaked 3000 MiB");
        runs("second");
        runs("third");
        assertThat(promised("second")).isEqualTo(ASKED);
        assertThat(promised("third")).as("another value, the same family").isEqualTo(ASKED);
        waits("other");
        assertThat(told("other")).contains("auto: a whole device, until a run has been measured");
        assertThat(card().attempts()).isEqualTo(2);
        gate.release(2);
        runs("other");
        assertThat(promised("other")).isEqualTo(CARD);
    }

    @Test
    void whatWasLearnedOutlivesTheServerAndItsTasks() {
        create("first", "auto", "train.sh", "0.1");
        runs("first");
        letGo("first", 1);
        farm.meow().run("remove", "first").exits(0);
        farm.meow().run("clean", "-A").exits(0);
        await("it is forgotten").atMost(LIMIT).until(() -> client.tasks().list().isEmpty());
        server.kill9();
        server = serve();

        create("holds", "auto", "eval.sh", "0.1");
        runs("holds");
        create("next", "auto", "train.sh", "0.1");
        create("similar", "auto", "train.sh", "7");
        waits("next");
        assertThat(told("next")).contains("auto: 3328 MiB on Fake 24G (1 run 3000 MiB)");
        assertThat(told("similar")).contains("auto: 3328 MiB on Fake 24G (1 similar run 3000 MiB)");
        assertThat(farm.meow().run("describe", "next", "--json=learned_memory").exits(0).out())
                .contains(
                        "{\"model\":\"Fake 24G\",\"whole\":false,\"mib\":3328,\"runs\":1,"
                                + "\"highest_mib\":3000,\"similar\":false}");
        letGo("holds", 1);
        runs("next");
        runs("similar");
        assertThat(promised("next")).isEqualTo(ASKED);
        letGo("next", 2);
        assertThat(told("next")).contains("auto: asked 3328 MiB, peaked 3000 MiB");
    }

    @Test
    void waitingTaskCanBeSetToIt() {
        create("first", "auto", "train.sh", "0.1");
        runs("first");
        create("guess", "20G", "train.sh", "0.1");
        letGo("first", 1);
        runs("guess");
        create("second", "20G", "train.sh", "0.1");
        waits("second");
        farm.meow().run("set", "second.requires_memory_per_device", "auto").exits(0);
        runs("second");
        assertThat(promised("second")).isEqualTo(ASKED);
    }

    @Test
    void scriptsAskForItToo() throws Exception {
        Files.writeString(
                farm.cwd().resolve("lines.sh"), "#!/bin/bash\n#MEOW -n lines -M auto -c 2\ntrue\n");
        Files.writeString(
                farm.cwd().resolve("export.py"),
                """
                import cattino
                from cattino.tasks import ProcTask
                cattino.export(ProcTask("true", task_name="exported", requires_memory_per_device="auto"))
                """);
        farm.meow().run("create", "lines.sh", "--hold", "--allow-unfit").exits(0);
        farm.meow().run("create", "export.py").exits(0);
        assertThat(info("lines").devices()).isEqualTo(DeviceNeed.of(2, Memory.auto()));
        assertThat(info("exported").devices()).isEqualTo(DeviceNeed.of(1, Memory.auto()));
        await("it ran").atMost(LIMIT).until(() -> info("exported").status().isEnded());
        assertThat(promised("exported")).isEqualTo(CARD);
        assertThat(info("exported").status()).isEqualTo(TaskStatus.DONE);
    }

    private void create(String name, String memory, String program, String value) {
        farm.meow()
                .run("create", "-n", name, "-M", memory, "sh %s --lr %s".formatted(program, value))
                .exits(0);
    }

    private void runs(String name) {
        await(name + " runs").atMost(LIMIT).until(() -> info(name).status() == TaskStatus.RUNNING);
    }

    private void waits(String name) {
        await(name + " waits for memory")
                .atMost(LIMIT)
                .until(() -> info(name).reason().code().equals("Memory"));
    }

    /** Opens the gate for some, once what they use was seen, and waits for the end of one. */
    private void letGo(String name, int tasks) {
        await("what they use is seen")
                .atMost(LIMIT)
                .until(() -> card().usedMib() - card().externalMib() == tasks * PEAK);
        gate.release(tasks);
        await(name + " is done").atMost(LIMIT).until(() -> info(name).status() == TaskStatus.DONE);
    }

    private DeviceInfo card() {
        return client.nodes().list().getFirst().devices().getFirst();
    }

    private TaskInfo info(String name) {
        return client.task(name).info();
    }

    private long promised(String name) {
        List<DeviceShare> given = info(name).newestAttempt().orElseThrow().devices();
        assertThat(given).hasSize(1);
        return given.getFirst().mib();
    }

    private String told(String name) {
        return farm.meow().run("describe", name).exits(0).out();
    }
}
