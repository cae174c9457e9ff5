package io.cattino.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentNamesTest {

    private static final List<String> ARGUMENTS =
            List.of(
                    "train.py",
                    "lr=0.1",
                    "--seed=7",
                    "--model",
                    "big",
                    "--fast",
                    "--shift",
                    "-3",
                    "-b",
                    "4",
                    "a.b=x=y");

    @ParameterizedTest
    @CsvSource({
        "plain,                        plain",
        "lr-${arg.lr},                 lr-0.1",
        "lr-${cattino.arg.lr},         lr-0.1",
        "${arg.seed}_${arg.model},     7_big",
        "s${arg.shift},                s-3",
        "${arg.b},                     4",
        "${arg.a.b},                   x=y",
        "$${arg.lr},                   ${arg.lr}",
        "$${arg.lr}-${arg.lr},         ${arg.lr}-0.1",
        "cost$5,                       cost$5"
    })
    void readsEveryWayToGiveAnArgument(String name, String resolved) {
        assertThat(ArgumentNames.resolve(name, ARGUMENTS)).isEqualTo(resolved);
    }

    @Test
    void theLastOneWins() {
        assertThat(ArgumentNames.resolve("${arg.lr}", List.of("lr=1", "--lr", "2"))).isEqualTo("2");
    }

    @Test
    void knowsWhichNamesDependOnArguments() {
        assertThat(ArgumentNames.isMagic("a-${arg.lr}")).isTrue();
        assertThat(ArgumentNames.isMagic("a-$${arg.lr}")).isFalse();
        assertThat(ArgumentNames.isMagic("a")).isFalse();
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> ArgumentNames.resolve("${arg.modle}", ARGUMENTS))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure ->
                                assertThat(failure.next())
                                        .containsExactly("did you mean: ${arg.model} ?"))
                .hasMessage(
                        "the name asks for ${arg.modle}, and the command has no argument 'modle'");
        assertThatThrownBy(() -> ArgumentNames.resolve("${arg.fast}", ARGUMENTS))
                .isInstanceOf(Failure.class);
        assertThatThrownBy(() -> ArgumentNames.resolve("${run_dir}", ARGUMENTS))
                .hasMessage("a name cannot hold ${run_dir}");
    }
}
