package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskEnvironmentTest {

    private static LaunchOrder order(
            Map<String, String> submitted, Map<String, String> added, Integer... devices) {
        return new LaunchOrder(
                new AttemptId(7, 2, 1),
                "group/train",
                List.of("true"),
                false,
                submitted,
                added,
                Path.of("/work"),
                022,
                Path.of("/runs/1"),
                List.of(devices).stream().map(index -> new DevicePromise(index, 1)).toList(),
                "c:1",
                "ada",
                Optional.empty(),
                Optional.empty());
    }

    private static NodeFacts node(String kind) {
        return new NodeFacts(
                "gpu-05",
                kind,
                () -> "cl",
                Path.of("/data"),
                Optional.of(Path.of("/secret/token")),
                true,
                Optional.of(Path.of("/dist/cattino.zip")),
                index -> index < 4 ? OptionalInt.of(index / 2) : OptionalInt.empty());
    }

    private static Map<String, String> environment(String kind, Integer... devices) {
        return TaskEnvironment.of(order(Map.of(), Map.of(), devices), node(kind));
    }

    @Test
    void controlsDevicesTheWayOfThePlatform() {
        assertThat(environment("cuda", 3, 5))
                .containsEntry("CUDA_VISIBLE_DEVICES", "3,5")
                .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
                .containsEntry("CATTINO_GPUS", "2");
        assertThat(environment("cuda"))
                .containsEntry("CUDA_VISIBLE_DEVICES", "")
                .containsEntry("CATTINO_GPUS", "0");
        assertThat(environment("rocm", 1)).containsEntry("ROCR_VISIBLE_DEVICES", "1");
        assertThat(environment("ascend", 1)).containsEntry("ASCEND_RT_VISIBLE_DEVICES", "1");
        assertThat(environment("host", 0))
                .containsEntry("CATTINO_GPUS", "0")
                .doesNotContainKey("CUDA_VISIBLE_DEVICES");
    }

    @Test
    void saysWhichNumaNodesItsCardsAreNearestTo() {
        assertThat(environment("cuda", 2, 0, 3)).containsEntry("CATTINO_NUMA_NODES", "0,1");
        assertThat(environment("cuda", 4, 1)).containsEntry("CATTINO_NUMA_NODES", "0");
        assertThat(environment("cuda", 4)).containsEntry("CATTINO_NUMA_NODES", "");
        assertThat(environment("cuda")).containsEntry("CATTINO_NUMA_NODES", "");
    }

    @Test
    void saysHowMeowReachesTheCoordinator() {
        assertThat(environment("host", 0))
                .containsEntry("CATTINO_COORDINATOR", "c:1")
                .containsEntry("CATTINO_TOKEN_FILE", "/secret/token")
                .containsEntry("CATTINO_INSECURE_PLAINTEXT", "1");
    }

    @Test
    void putsTheTasksOwnOverTheSubmittedAndOursOverBoth() {
        Map<String, String> environment =
                TaskEnvironment.of(
                        order(
                                Map.of(
                                        "A", "submitted",
                                        "B", "submitted",
                                        "ROCR_VISIBLE_DEVICES", "0",
                                        "CATTINO_TASK_ID", "1",
                                        "CATTINO_HOME", "/h",
                                        "PYTHONUNBUFFERED", ""),
                                Map.of("B", "added", "CUDA_VISIBLE_DEVICES", "9", "CATTINO_X", "1"),
                                2),
                        node("fake"));
        assertThat(environment)
                .containsEntry("A", "submitted")
                .containsEntry("B", "added")
                .containsEntry("CATTINO_TASK_ID", "7")
                .containsEntry("CATTINO_ATTEMPT", "2")
                .containsEntry("CATTINO_ATTEMPT_ID", "cl/gpu-05/7.2")
                .containsEntry("CUDA_VISIBLE_DEVICES", "2")
                .containsEntry("PYTHONUNBUFFERED", "")
                .containsEntry("PWD", "/work")
                .doesNotContainKeys("ROCR_VISIBLE_DEVICES", "CATTINO_HOME", "CATTINO_X");
    }

    @Test
    void wrapsNamesThatNoShellCanHold() {
        assertThat(TaskEnvironment.forSupervisor(Map.of("OK_1", "v", "a.b", "c=d", "-x", "lost")))
                .containsOnly(
                        Map.entry("OK_1", "v"),
                        Map.entry("CATTINO_EXTRA_1", "a.b=c=d"),
                        Map.entry("CATTINO_EXTRA", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/abs", "../x", "a/../../x", "a/../b", ".", "a/.", "a\0b"})
    void refusesNamesThatLeaveTheRunDirectory(String fullname) {
        assertThatThrownBy(() -> TaskPaths.taskDirectory(Path.of("/runs/1"), fullname))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesRunDirectoriesThatAreNotPlain() {
        for (String directory : List.of("runs", "/runs/../etc", "")) {
            assertThatThrownBy(() -> TaskPaths.taskDirectory(Path.of(directory), "a"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(TaskPaths.taskDirectory(Path.of("/runs/1"), "a/b..c"))
                .isEqualTo(Path.of("/runs/1/a/b..c"));
    }

    @Test
    void wrapsWhatBashWouldChange() {
        assertThat(
                        TaskEnvironment.forSupervisor(
                                Map.of("SHLVL", "2", "LC_ALL", "xx", "UID", "7", "LANG", "C")))
                .containsEntry("LANG", "C")
                .containsEntry("CATTINO_EXTRA", "3")
                .containsValues("SHLVL=2", "LC_ALL=xx", "UID=7")
                .doesNotContainKeys("SHLVL", "LC_ALL", "UID");
    }

    @Test
    void knowsOnlyMarkersOfItsOwnClusterAndNode() {
        NodeFacts node = node("host");
        AttemptId id = new AttemptId(7, 2, 5);
        assertThat(node.attempt(node.marker(id), 5)).contains(id);
        for (String other :
                List.of("x/gpu-05/7.2", "cl/gpu-06/7.2", "cl/gpu-05/7", "cl/gpu-05/0.1", "")) {
            assertThat(node.attempt(other, 5)).isEmpty();
        }
        NodeFacts young =
                new NodeFacts(
                        "gpu-05",
                        "host",
                        () -> "",
                        Path.of("/data"),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        _ -> OptionalInt.empty());
        assertThat(young.attempt("/gpu-05/7.2", 5)).isEmpty();
    }
}
