package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.DeviceShare;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that tasks run where they say they may, and are told what is wrong if they cannot. */
class ConstraintIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String LONG = "sleep 1000";

    @RegisterExtension final Farm farm = Farm.empty();

    private Apart apart() throws Exception {
        return Apart.labelled(
                farm,
                Map.of(
                        "gpu-01", "2x81920:A100-SXM4-80GB",
                        "gpu-02", "1x81920:A100-SXM4-80GB,1x143360:H200",
                        "gpu-03", "1x143360:H200"),
                Map.of("gpu-01", "rack=r1", "gpu-03", "rack=r3"));
    }

    private static Meow.Result create(Apart apart, String name, String... more) {
        List<String> words = new ArrayList<>(List.of("create", "-n", name));
        words.addAll(List.of(more));
        words.add(LONG);
        return apart.meow().run(words.toArray(String[]::new));
    }

    /** Where it runs. */
    private static String place(Apart apart, String name) {
        TaskInfo task =
                await(name + " runs")
                        .atMost(LIMIT)
                        .until(
                                () -> apart.client().task(name).info(),
                                info -> info.status() == TaskStatus.RUNNING);
        return task.node()
                + task.newestAttempt().orElseThrow().devices().stream()
                        .map(DeviceShare::index)
                        .toList();
    }

    @Test
    void tasksRunOnTheCardsThatTheyAskForAndWaitForThose() throws Exception {
        try (Apart apart = apart()) {
            create(apart, "first", "-c", "1", "-C", "gpu.model=h200,label.rack").exits(0);
            create(apart, "second", "-c", "1", "-C", "gpu.memory>=100G").exits(0);
            assertThat(place(apart, "first")).isEqualTo("gpu-03[0]");
            assertThat(place(apart, "second"))
                    .as("one card of a mixed node")
                    .isEqualTo("gpu-02[1]");
            assertThat(apart.meow().run("describe", "second").exits(0).out())
                    .contains("Needs\t1 whole device, gpu.memory>=102400, priority 1\n");

            create(apart, "third", "-c", "1", "-C", "gpu.model=H200").exits(0);
            assertThat(apart.meow().run("why", "third").exits(0).out())
                    .contains(
                            "Devices: none of 3 nodes can take it now (Devices on 2, Constraint on 1)")
                    .contains("gpu-01  other model (A100-SXM4-80GB, asked H200)")
                    .contains("meow set third.constraint ''   1 node more counts then");
            create(apart, "fourth", "-c", "2", "-C", "gpu.model=A100*").exits(0);
            assertThat(place(apart, "fourth"))
                    .as("nobody waits behind it")
                    .isEqualTo("gpu-01[0, 1]");
            apart.meow().run("kill", "-f", "first").exits(0);
            assertThat(place(apart, "third")).isEqualTo("gpu-03[0]");
        }
    }

    @Test
    void nodesAreNamedRuledOutAndPreferred() throws Exception {
        try (Apart apart = apart()) {
            create(apart, "named", "-c", "1", "-w", "gpu-0[2-3]", "-x", "gpu-02").exits(0);
            assertThat(place(apart, "named")).isEqualTo("gpu-03[0]");
            create(apart, "a", "-c", "1", "--prefer", "label.rack=r1").exits(0);
            create(apart, "b", "-c", "1", "--prefer", "label.rack=r1").exits(0);
            assertThat(place(apart, "a")).startsWith("gpu-01");
            assertThat(place(apart, "b")).startsWith("gpu-01");
            create(apart, "c", "-c", "1", "--prefer", "label.rack=r1").exits(0);
            assertThat(place(apart, "c")).as("not later for it").startsWith("gpu-02");
            assertThat(
                            apart.meow()
                                    .run(
                                            "list",
                                            "-n",
                                            "named",
                                            "--json=nodelist,exclude,prefer,constraint")
                                    .exits(0)
                                    .out())
                    .contains("\"nodelist\":\"gpu-0[2-3]\"", "\"exclude\":\"gpu-02\"")
                    .contains("\"prefer\":null", "\"constraint\":null");
        }
    }

    @Test
    void whatIsMeantIsToldAndCanBeSetRight() throws Exception {
        try (Apart apart = apart()) {
            assertThat(create(apart, "t", "-c", "1", "-C", "gpu.model=H2O0").exits(4).err())
                    .contains("no node has gpu.model 'H2O0'; known: A100-SXM4-80GB, H200")
                    .contains("did you mean: H200 ?")
                    .contains("--allow-unfit");
            assertThat(create(apart, "t", "-c", "1", "-C", "gpu.modle=H200").exits(2).err())
                    .contains("constraint: there is no 'gpu.modle'; did you mean gpu.model=A100 ?");
            assertThat(create(apart, "t", "-w", "gpu-04").exits(4).err())
                    .contains("no node is named 'gpu-04'; known: gpu-01, gpu-02, gpu-03");
            create(apart, "t", "-c", "1", "-C", "gpu.model=H2O0", "--allow-unfit").exits(0);
            assertThat(apart.meow().run("why", "t").exits(0).out())
                    .contains("Constraint: none of 3 nodes can take it now")
                    .contains("meow set t.constraint 'gpu.model=H200'");
            assertThat(apart.meow().run("set", "t.constraint", "gpu.model=H200").exits(0).err())
                    .contains("t: 1 whole device, gpu.model=H200, priority 1");
            assertThat(place(apart, "t")).isIn("gpu-02[1]", "gpu-03[0]");
        }
    }

    @Test
    void scriptsSayItToo() throws Exception {
        try (Apart apart = apart()) {
            Files.writeString(
                    farm.cwd().resolve("job.sh"),
                    "#!/bin/bash\n#MEOW -n job -c 1 -C gpu.model=H200 -w 'gpu-0[1-2]'\n"
                            + LONG
                            + "\n");
            apart.meow().run("create", "job.sh").exits(0);
            assertThat(place(apart, "job")).isEqualTo("gpu-02[1]");
            Files.writeString(
                    farm.cwd().resolve("two.py"),
                    """
                    import cattino
                    from cattino.tasks import ProcTask

                    cattino.export(ProcTask("sleep 1000", task_name="far", min_devices=1, constraint=["gpu.kind=fake", "label.rack=r3"]))
                    cattino.export(ProcTask("sleep 1000", task_name="near", min_devices=1, nodelist="gpu-*", exclude="gpu-0[2-3]"))
                    """);
            apart.meow().run("create", "two.py").exits(0);
            assertThat(place(apart, "far")).isEqualTo("gpu-03[0]");
            assertThat(place(apart, "near")).startsWith("gpu-01");
        }
    }
}
