package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.TaskInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves on two nodes that hooks of a group run once each, on the nodes of its first and last task,
 * and that an agent which dies in the middle of one is missed by nobody.
 */
class GroupHooksIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Two cards of 10,000 MiB are here alone, one of 24,576 there. */
    private static final String FIRST = "node-1";

    private static final String LAST = "node-2";

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Apart apart;

    @BeforeAll
    static void start() throws Exception {
        apart = new Apart(FARM, Map.of(FIRST, "2x10000", LAST, "1x24576"));
    }

    @AfterAll
    static void stop() throws Exception {
        apart.close();
    }

    private static void script(String text) throws IOException {
        Files.writeString(
                FARM.cwd().resolve("script.py"),
                """
                import os
                import cattino
                from cattino.tasks import ProcTask, TaskGraph, TaskGroup

                def say(text):
                    print(text, os.environ["CATTINO_NODE"], flush=True)
                """
                        + text);
    }

    private static TaskInfo task(String fullname) {
        return apart.client().task(fullname).info();
    }

    private static List<String> groupLog(String group, String member) throws IOException {
        Path directory = Path.of(task(group + "/" + member).directory());
        return Files.readAllLines(directory.resolveSibling("hooks.log"));
    }

    @Test
    void eachRunsOnceWhereTheFirstAndTheLastTaskRan() throws IOException {
        script(
                """
                class Stage(ProcTask):
                    async def on_start(self):
                        await super().on_start()
                        say("start " + self.name)
                    def on_end(self):
                        say("end " + self.name)

                class Fan(TaskGroup):
                    async def on_start(self):
                        await super().on_start()
                        say("start of the group")
                    async def on_end(self):
                        say("end of the group")

                source = Stage("true", task_name="source", min_devices=2, requires_memory_per_device=8000)
                sink = Stage("true", task_name="sink", requires_memory_per_device=20000)
                middle = [Stage("true", task_name="m%d" % i, requires_memory_per_device=100) for i in range(6)]
                graph = TaskGraph()
                for task in middle:
                    graph.add_edge(source, task)
                    graph.add_edge(task, sink)
                cattino.export(Fan([source, *middle, sink], graph, "fan"))
                """);
        apart.meow().run("create", "script.py", "--wait").exits(0);
        assertThat(groupLog("fan", "sink"))
                .containsExactly("start of the group " + FIRST, "end of the group " + LAST);
        assertThat(task("fan/source").node()).isEqualTo(FIRST);
        assertThat(task("fan/@on_end").node()).isEqualTo(LAST);
        for (String member : List.of("source", "m0", "m1", "m2", "m3", "m4", "m5", "sink")) {
            TaskInfo task = task("fan/" + member);
            assertThat(Files.readAllLines(Path.of(task.directory()).resolve("hooks.log")))
                    .containsExactly(
                            "start " + member + " " + task.node(),
                            "end " + member + " " + task.node());
        }
        assertThat(apart.meow().run("logs", "-s", "hooks", "fan/sink").exits(0).lines())
                .containsExactly("start sink " + LAST, "end sink " + LAST);
    }

    @Test
    void anAgentThatDiesInAnOnStartOfAGroupLetsItGoOn() throws IOException {
        try (Gate gate = FARM.gate("on-start")) {
            script(
                    """
                    class Held(TaskGroup):
                        def on_start(self):
                            say("begun")
                            with open("%s") as gate:
                                gate.readline()
                            say("let go")
                        def on_end(self):
                            say("ended")

                    cattino.export(Held([ProcTask("true", task_name=name) for name in "ab"], group_name="held"))
                    """
                            .formatted(gate.path()));
            apart.meow().run("create", "script.py").exits(0);
            await("its on_start runs")
                    .atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(NoSuchFileException.class)
                    .until(() -> !groupLog("held", "a").isEmpty());
            String node = groupLog("held", "a").getFirst().substring("begun ".length());
            apart.killAgent(node);
            apart.startAgent(node);
            await("the agent is back")
                    .atMost(LIMIT)
                    .until(() -> apart.client().cluster().status().nodesReady() == 2);
            assertThat(groupLog("held", "a")).containsExactly("begun " + node);
            gate.release(1);
        }
        apart.meow().run("wait", "held").exits(0);
        assertThat(groupLog("held", "a"))
                .hasSize(3)
                .extracting(line -> line.substring(0, line.lastIndexOf(' ')))
                .containsExactly("begun", "let go", "ended");
        assertThat(List.of(task("held/a"), task("held/b")))
                .allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
    }
}
