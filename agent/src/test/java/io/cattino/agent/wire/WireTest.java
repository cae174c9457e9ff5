package io.cattino.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.DevicePeak;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.End;
import io.cattino.agent.core.LaunchFailure;
import io.cattino.agent.core.Shortage;
import io.cattino.agent.exec.LaunchOrder;
import io.cattino.agent.exec.PythonWork;
import io.cattino.proto.v1.Bundle;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.PythonObject;
import io.cattino.proto.v1.PythonScript;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTest {

    private static final AttemptId ID = new AttemptId(1, 2, 3);

    private static final Course COURSE =
            new Course(2, List.of(new DevicePeak(0, 11_210), new DevicePeak(3, 8)));

    @ParameterizedTest
    @EnumSource(LaunchFailure.class)
    void everyFailureComesBackFromDisk(LaunchFailure failure) {
        End end =
                new End(new AttemptResult.LaunchFailed(failure, "text", "hint"), 5_000, 1, COURSE);
        assertThat(Wire.end(Wire.keptEnd(ID, end))).isEqualTo(end);
    }

    @Test
    void aShortageComesBackFromDisk() {
        Shortage all =
                new Shortage(
                        Shortage.Memory.DEVICE,
                        Optional.of(new DevicePromise(3, 8_000)),
                        OptionalLong.of(0),
                        Optional.of(new Shortage.Neighbour(new AttemptId(4, 5, 6), 9_000)),
                        Optional.of(new Shortage.Squatter(4711, "carl", "python3", 70)));
        for (Shortage shortage : List.of(all, Shortage.of(Shortage.Memory.HOST))) {
            End end = new End(new AttemptResult.Exited(1), 5_000, 0, COURSE.with(shortage));
            assertThat(Wire.end(Wire.keptEnd(ID, end))).isEqualTo(end);
        }
    }

    @Test
    void pathsInABundleAreThoseOfItsCopy() {
        Context.Builder context =
                Context.newBuilder()
                        .setWorkingDirectory("/src/lib")
                        .setPythonScript(
                                PythonScript.newBuilder()
                                        .setPath("/src/a.py")
                                        .setPython("/venv/bin/python")
                                        .addSearchPath("/src")
                                        .addSearchPath("/elsewhere"))
                        .setBundle(Bundle.newBuilder().setRoot("/src"));
        Launch.Builder launch = Launch.newBuilder().setRef(Wire.ref(ID)).setRunDir("/runs/1");
        launch.getSpecBuilder()
                .setFullname("a")
                .getCommandBuilder()
                .addArgv("a")
                .setPython(PythonObject.newBuilder().setExportPath("0"));
        LaunchOrder order = Wire.order(launch.build(), context.build());
        assertThat(order.workingDirectory()).hasToString("/runs/1/@bundle/lib");
        PythonWork python = order.python().orElseThrow();
        assertThat(python.script().path()).isEqualTo("/runs/1/@bundle/a.py");
        assertThat(python.script().searchPath()).containsExactly("/runs/1/@bundle", "/elsewhere");
        assertThat(python.python()).isEqualTo("/venv/bin/python");
    }

    @Test
    void cutsLongTextsBetweenCharacters() {
        End end =
                new End(
                        new AttemptResult.Vanished("x".repeat(255) + "🐱🐱"),
                        5_000,
                        0,
                        Course.NONE);
        assertThat(Wire.keptEnd(ID, end).getEnded().getReason().getText())
                .isEqualTo("x".repeat(255));
    }
}
