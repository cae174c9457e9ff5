package io.cattino.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "train-*,  train-1,       true",
        "train-*,  train-,        true",
        "train-*,  pretrain-1,    false",
        "train-*,  g/train-1,     false",
        "train-*,  train-1/deep,  true",
        "g/*,      g/a,           true",
        "g/*,      g/s/a,         true",
        "g/*,      g,             false",
        "g/*,      gg/a,          false",
        "*/train,  g/train,       true",
        "*/train,  g/s/train,     false",
        "**/train, g/s/train,     true",
        "run_?,    run_1,         true",
        "run_?,    run_12,        false",
        "run_[12], run_2,         true",
        "run_[0-3],run_3,         true",
        "run_[12], run_3,         false",
        "run_[!1], run_3,         true",
        "run_[!1], run_1,         false",
        "a[!x]b,   a/b,           false",
        "a.b*,     axb,           false",
        "x[&&y],   x&,            true",
        "*,        a/b,           true"
    })
    void matchesAsShellsDo(String glob, String fullname, boolean matches) {
        assertThat(new Glob(glob).matches(fullname)).isEqualTo(matches);
    }

    @Test
    void refusesASetThatIsNotClosed() {
        assertThatThrownBy(() -> new Glob("run_[12")).isInstanceOf(Failure.class);
    }
}
