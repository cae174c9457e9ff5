package io.cattino.cli.create;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NameTreeTest {

    @Test
    void writesGroupsAsBraces() {
        assertThat(NameTree.of(List.of("a", "b"), 9)).isEqualTo("a, b");
        assertThat(NameTree.of(List.of("g/a", "g/b"), 9)).isEqualTo("g/{a, b}");
        assertThat(NameTree.of(List.of("g/a"), 9)).isEqualTo("g/a");
        assertThat(NameTree.of(List.of("g/s/a", "g/s/b", "g/c", "d"), 9))
                .isEqualTo("g/{s/{a, b}, c}, d");
    }

    @Test
    void countsWhatIsTooMuch() {
        assertThat(NameTree.of(List.of("g/a", "g/b", "g/c", "g/d"), 2))
                .isEqualTo("g/{a, b} and 2 more");
    }
}
