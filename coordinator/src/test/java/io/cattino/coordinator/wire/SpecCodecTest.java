package io.cattino.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Blob;
import io.cattino.coordinator.core.model.Bundle;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.PythonScript;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import io.cattino.proto.v1.EdgeCondition;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SpecCodecTest {
    static Stream<DeviceNeed> needs() {
        return Stream.of(
                new DeviceNeed.None(),
                new DeviceNeed.Whole(2),
                new DeviceNeed.Shared(3, new MemoryAsk.Mib(10_000)),
                new DeviceNeed.Shared(1, new MemoryAsk.Share(500_000)),
                new DeviceNeed.Shared(2, new MemoryAsk.Auto(new Work(-3, 4))));
    }

    @ParameterizedTest
    @MethodSource("needs")
    void taskSpecComesBackTheSame(DeviceNeed need) {
        TaskSpec spec = spec(need, "/work", new LossPolicy(OnDisconnect.FAIL, 20_000));
        assertThat(SpecCodec.decode(SpecCodec.encode(spec))).isEqualTo(spec);
    }

    @Test
    void absentAndEmptyPlacesAreAnywhere() {
        var spec = io.cattino.proto.v1.TaskSpec.newBuilder();
        assertThat(SpecCodec.decode(spec.build()).where()).isEqualTo(Where.ANYWHERE);
        assertThat(
                        SpecCodec.decode(
                                        spec.setWhere(
                                                        io.cattino.proto.v1.Where
                                                                .getDefaultInstance())
                                                .build())
                                .where())
                .isEqualTo(Where.ANYWHERE);
        assertThat(SpecCodec.encode(SpecCodec.decode(spec.build())).hasWhere()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void everyOnDisconnectComesBackTheSame(OnDisconnect value) {
        TaskSpec spec = spec(new DeviceNeed.None(), null, new LossPolicy(value, 0));
        assertThat(SpecCodec.decode(SpecCodec.encode(spec))).isEqualTo(spec);
    }

    @ParameterizedTest
    @EnumSource
    void everyConditionComesBackTheSame(Dependency.Condition value) {
        assertThat(SpecCodec.decode(SpecCodec.encode(value))).isEqualTo(value);
    }

    @Test
    void absentPriorityIsOneAndZeroIsKept() {
        assertThat(SpecCodec.decode(io.cattino.proto.v1.TaskSpec.getDefaultInstance()).priority())
                .isEqualTo(1);
        TaskSpec zero =
                spec(new DeviceNeed.None(), null, new LossPolicy(OnDisconnect.WAIT, 0))
                        .withPriority(0);
        assertThat(SpecCodec.decode(SpecCodec.encode(zero)).priority()).isZero();
    }

    @Test
    void absentConditionIsSuccess() {
        assertThat(SpecCodec.decode(EdgeCondition.EDGE_CONDITION_UNSPECIFIED))
                .isEqualTo(Dependency.Condition.SUCCESS);
    }

    @Test
    void groupAndAttemptComeBackTheSame() {
        Group group = new Group("a/b", true);
        AttemptId attempt = new AttemptId(new TaskId(7), 3, 11);
        assertThat(SpecCodec.decode(SpecCodec.encode(group))).isEqualTo(group);
        assertThat(SpecCodec.decode(SpecCodec.encode(attempt))).isEqualTo(attempt);
    }

    @Test
    void contextComesBackTheSameUnderTheIdOfItsContent() {
        Context context = context("ignored", "print('é')");
        Context decoded = SpecCodec.decode(SpecCodec.encode(context));
        assertThat(decoded).isEqualTo(context(SpecCodec.contextId(context), "print('é')"));
        assertThat(SpecCodec.contextId(decoded)).isEqualTo(decoded.id());
    }

    @Test
    void contextOfAScriptInABundleComesBackTheSame() {
        PythonScript script =
                new PythonScript("/src/a.py", "python3", List.of("/src", "/lib"), "7");
        Bundle bundle = new Bundle("/src", Blob.of(new byte[] {'P', 'K', 0, (byte) 0xff}));
        Context context =
                new Context(
                        "",
                        "/src",
                        new TreeMap<>(),
                        18,
                        "x",
                        "ada",
                        "ws1",
                        Optional.of(script),
                        Optional.of(bundle));
        Context decoded = SpecCodec.decode(SpecCodec.encode(context));
        assertThat(decoded.python()).contains(script);
        assertThat(decoded.bundle()).contains(bundle);
        assertThat(decoded.id())
                .isNotEqualTo(SpecCodec.contextId(context("", "x")))
                .isEqualTo(SpecCodec.contextId(context));
    }

    @Test
    void contextIdIsTheSameForEverAndDiffersByContent() {
        assertThat(SpecCodec.contextId(context("", "x")))
                .isEqualTo("e08dc7c0100ac5171672519c1eebdc7c2cdfcd87009051176b90f836371ceb51")
                .isNotEqualTo(SpecCodec.contextId(context("", "y")));
    }

    @Test
    void contextIdDoesNotDependOnTheOrderInWhichAClientSentItsEnvironment() {
        var forth =
                io.cattino.proto.v1.Context.newBuilder()
                        .putEnvironment("A", "1")
                        .putEnvironment("B", "2")
                        .build();
        var back =
                io.cattino.proto.v1.Context.newBuilder()
                        .putEnvironment("B", "2")
                        .putEnvironment("A", "1")
                        .build();
        assertThat(SpecCodec.decode(forth)).isEqualTo(SpecCodec.decode(back));
    }

    @Test
    void valuesOfANewerPeerAreRefusedByName() {
        var spec = io.cattino.proto.v1.TaskSpec.newBuilder().setOnDisconnectValue(99).build();
        assertThatThrownBy(() -> SpecCodec.decode(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("on_disconnect");
        var context =
                io.cattino.proto.v1.Context.newBuilder()
                        .setScript(ByteString.copyFrom(new byte[] {(byte) 0xff}))
                        .build();
        assertThatThrownBy(() -> SpecCodec.decode(context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("script");
    }

    private static TaskSpec spec(DeviceNeed need, @Nullable String directory, LossPolicy value) {
        TreeMap<String, String> env = new TreeMap<>();
        env.put("A", "1");
        env.put("B", "two words");
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("team", "vision");
        Command command = new Command(List.of("python", "train.py", ""), false);
        return new TaskSpec(
                "g/task",
                command,
                need,
                4,
                -3,
                env,
                labels,
                directory,
                value,
                new OomRetry(2_500),
                Where.ANYWHERE);
    }

    private static Context context(String id, String script) {
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/bin");
        environment.put("HOME", "/home/ada");
        return new Context(id, "/home/ada", environment, 0x12, script, "ada", "ws1");
    }
}
