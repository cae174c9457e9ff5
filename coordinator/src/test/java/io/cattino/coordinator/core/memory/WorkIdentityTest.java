package io.cattino.coordinator.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.PythonScript;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Work;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorkIdentityTest {
    private static final Work TRAIN = work("ann", "/work", 1, "python", "train.py", "--lr", "0.1");

    @Test
    void sameCommandIsTheSameWorkWhateverTheTaskIsCalledAndAsksFor() {
        TaskSpec other =
                spec(2, command("python", "train.py", "--lr", "0.1"))
                        .withDevices(new DeviceNeed.Whole(1))
                        .withFullname("g/other")
                        .withPriority(7);
        assertThat(WorkIdentity.of(other, context("ann", "/work"))).isEqualTo(TRAIN);
    }

    @Test
    void anotherValueIsOtherWorkOfTheSameFamily() {
        Work other = work("ann", "/work", 1, "python", "train.py", "--lr", "0.01");
        assertThat(other.exact()).isNotEqualTo(TRAIN.exact());
        assertThat(other.family()).isEqualTo(TRAIN.family());
    }

    @Test
    void otherPeoplePlacesProgramsOptionsAndNumbersOfDevicesAreOtherFamilies() {
        List<Work> others =
                List.of(
                        TRAIN,
                        work("bob", "/work", 1, "python", "train.py", "--lr", "0.1"),
                        work("ann", "/home", 1, "python", "train.py", "--lr", "0.1"),
                        work("ann", "/work", 2, "python", "train.py", "--lr", "0.1"),
                        work("ann", "/work", 1, "python3", "train.py", "--lr", "0.1"),
                        work("ann", "/work", 1, "python", "eval.py", "--lr", "0.1"),
                        work("ann", "/work", 1, "python", "train.py", "--wd", "0.1"),
                        work("ann", "/work", 1, "python", "train.py", "--lr", "0.1", "--amp"),
                        work("ann", "/work", 1, "pythontrain.py", "--lr", "0.1"));
        Set<Long> keys = new HashSet<>();
        others.forEach(work -> {
            keys.add(work.exact());
            keys.add(work.family());
        });
        assertThat(keys).hasSize(2 * others.size()).doesNotContain(0L);
    }

    @Test
    void runDirectoriesOfADateAreOneFamily() {
        Work first = work("ann", "/exp/2026-11-27/run1", 1, "python", "train.py");
        Work second = work("ann", "/exp/2026-11-28/run2", 1, "python", "train.py");
        assertThat(first.exact()).isNotEqualTo(second.exact());
        assertThat(first.family()).isEqualTo(second.family());
    }

    @Test
    void ownVariablesCount() {
        Work one = variable("LR", "0.1");
        assertThat(variable("LR", "0.2").exact()).isNotEqualTo(one.exact());
        assertThat(variable("LR", "0.2").family()).isEqualTo(one.family());
        assertThat(variable("WD", "0.1").family()).isNotEqualTo(one.family());
    }

    private static Work variable(String key, String value) {
        TaskSpec spec =
                new TaskSpec(
                        "t",
                        command("true"),
                        new DeviceNeed.Whole(1),
                        0,
                        1,
                        new TreeMap<>(Map.of(key, value)),
                        new TreeMap<>(),
                        null,
                        LossPolicy.UNSAID);
        return WorkIdentity.of(spec, context("ann", "/work"));
    }

    @Test
    void shellLineIsNormalisedWordByWord() {
        Work one = shell("python train.py --lr 0.1 > runs/a1.txt");
        assertThat(shell("python train.py --lr 3e-4 > runs/a2.txt").family())
                .isNotEqualTo(shell("python eval.py --lr 3e-4 > runs/a2.txt").family());
        assertThat(shell("python train.py --lr 3e-4 > runs/a1.txt").family())
                .isEqualTo(one.family());
    }

    private static Work shell(String line) {
        TaskSpec spec = spec(1, new Command(List.of(line), true));
        return WorkIdentity.of(spec, context("ann", "/work"));
    }

    /** The command of a function only says its name. */
    @Test
    void functionIsKnownByItsScriptAndName() {
        Work one = function("/s.py", "sweep/train0", "--epochs", "3");
        assertThat(function("/s.py", "sweep/train1", "--epochs", "3").exact())
                .isNotEqualTo(one.exact());
        assertThat(function("/s.py", "sweep/train1", "--epochs", "4").family())
                .isEqualTo(one.family());
        assertThat(function("/s.py", "sweep/eval0", "--epochs", "3").family())
                .isNotEqualTo(one.family());
        assertThat(function("/t.py", "sweep/train0", "--epochs", "3").family())
                .isNotEqualTo(one.family());
    }

    private static Work function(String script, String name, String... arguments) {
        PythonObject object =
                new PythonObject(
                        PythonObject.Kind.FUNCTION, "0", name, List.of(arguments), List.of());
        Context context =
                new Context(
                        "c",
                        "/work",
                        new TreeMap<>(),
                        0,
                        "",
                        "ann",
                        "laptop",
                        Optional.of(new PythonScript(script, "python3", List.of(), "7")),
                        Optional.empty());
        Command command = new Command(List.of("function"), false, Optional.of(object));
        return WorkIdentity.of(spec(1, command), context);
    }

    private static Work work(String user, String directory, int devices, String... argv) {
        return WorkIdentity.of(spec(devices, command(argv)), context(user, directory));
    }

    private static Command command(String... argv) {
        return new Command(List.of(argv), false);
    }

    private static Context context(String user, String directory) {
        return new Context("c", directory, new TreeMap<>(), 0, "", user, "laptop");
    }

    private static TaskSpec spec(int devices, Command command) {
        return new TaskSpec(
                "t",
                command,
                new DeviceNeed.Whole(devices),
                0,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID);
    }
}
