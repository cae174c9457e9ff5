package io.cattino.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {

    @Test
    void writesJson() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("text", "a\"\\\n\t\u0001é😀\ud800");
        object.put("list", Arrays.asList(1, 0.5, true, null));
        object.put("time", Instant.parse("2026-01-02T03:04:05Z"));
        object.put("empty", List.of());

        assertThat(Json.write(object, false))
                .isEqualTo(
                        "{\"text\":\"a\\\"\\\\\\n\\t\\u0001é😀\\ud800\",\"list\":[1,0.5,true,null],\"time\":\"2026-01-02T03:04:05.000Z\",\"empty\":[]}");
        assertThat(Json.write(List.of(Map.of("a", 1)), true))
                .isEqualTo("[\n  {\n    \"a\": 1\n  }\n]");
    }

    @ParameterizedTest
    @CsvSource({
        "90, PT1M30S",
        "1.5s, PT1.5S",
        "30m, PT30M",
        "2h30m, PT2H30M",
        "1d, PT24H",
        "500ms, PT0.5S",
        "1-12:00:00, PT36H",
        "10:30, PT10M30S",
        "1h, PT1H"
    })
    void readsDurations(String text, Duration span) {
        assertThat(Times.parse(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @CsvSource({"''", "x", "-5", "5 m", "3q", "1h2", "999999999999999999d", "9999999999999999999d"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Times.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2h30m");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s, 0s",
        "PT59S, 59s, 59s",
        "PT13M2S, 13m, 13m02s",
        "PT1H58M, 1h, 1h58m",
        "PT47H, 47h, 1d23h",
        "PT76H, 3d, 3d04h",
        "-PT5S, 0s, 0s"
    })
    void writesDurations(Duration span, String rough, String exact) {
        assertThat(Times.rough(span)).isEqualTo(rough);
        assertThat(Times.exact(span)).isEqualTo(exact);
    }

    @Test
    void whatIsLeftIsNothingOnlyAtItsEnd() {
        assertThat(Times.left(Duration.ZERO)).isEqualTo("0s");
        assertThat(Times.left(Duration.ofMillis(1))).isEqualTo("1s");
        assertThat(Times.left(Duration.ofSeconds(2))).isEqualTo("2s");
        assertThat(Times.left(Duration.ofMillis(3_599_001))).isEqualTo("1h00m");
    }

    @Test
    void knowsHowWideTextIs() {
        assertThat(Widths.of("abc")).isEqualTo(3);
        assertThat(Widths.of("日本語")).isEqualTo(6);
        assertThat(Widths.of("e\u0301")).isEqualTo(1);
        assertThat(Widths.of("🚀")).isEqualTo(2);
        assertThat(Widths.cut("日本語", 4)).isEqualTo("日…");
        assertThat(Widths.cut("abcdef", 4)).isEqualTo("abc…");
        assertThat(Widths.cut("abc", 3)).isEqualTo("abc");
    }

    @Test
    void fitsTables() {
        Table table =
                new Table(Column.elastic("NAME"), Column.optional("AGE", 1), Column.elastic("WHY"))
                        .row(Cell.of("a-long-name"), Cell.of("1m"), Cell.of("because of something"))
                        .row(Cell.of("b"), Cell.of("2m"), Cell.of("a\nb\u001b[31m"));

        assertThat(table.lines(80, false))
                .containsExactly(
                        "NAME         AGE  WHY",
                        "a-long-name  1m   because of something",
                        "b            2m   a b [31m");
        assertThat(table.lines(30, false))
                .containsExactly(
                        "NAME         WHY",
                        "a-long-name  because of somet…",
                        "b            a b [31m");
        assertThat(table.lines(18, false))
                .containsExactly("NAME      WHY", "a-long-…  because…", "b         a b [31m");
    }

    @ParameterizedTest
    @CsvSource({"한국, 4", "ｆｕｌｌ, 8", "⌚✅, 4", "a\u200db, 2", "né, 2", "→─█, 3", "'', 0"})
    void knowsWideAndJoinedCharacters(String text, int columns) {
        assertThat(Widths.of(text)).isEqualTo(columns);
    }

    @Test
    void leavesOutColumnsThatSayNothing() {
        Table table =
                new Table(Column.of("NAME"), Column.of("NOTE"), Column.of("AGE"))
                        .row(Cell.of("a"), Cell.of(""), Cell.orDash(""));

        assertThat(table.lines(80, false)).containsExactly("NAME  AGE", "a     -");
        assertThat(table.lines(new Look(80, false, false, false, false))).containsExactly("a  -");
    }

    @Test
    void writesYaml() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("plain", "pipeline/train");
        object.put("no", "yes");
        object.put("number", "7");
        object.put("line", "a\nb: #c\u0085");
        object.put("list", Arrays.asList(1, null, Map.of("a", true), List.of("x")));
        object.put("map", Map.of("k", List.of()));
        object.put("time", Instant.parse("2026-01-02T03:04:05Z"));

        assertThat(Yaml.write(List.of(object, Map.of())))
                .isEqualTo(
                        """
                        - plain: pipeline/train
                          "no": "yes"
                          number: "7"
                          line: "a\\nb: #c\\u0085"
                          list:
                            - 1
                            - null
                            - a: true
                            -
                              - x
                          map:
                            k: []
                          time: "2026-01-02T03:04:05.000Z"
                        - {}\
                        """);
        assertThat(Yaml.write(List.of())).isEqualTo("[]");
    }

    private static Output output(ByteArrayOutputStream out, int rows, Map<String, String> env) {
        Terminals terminals =
                new Terminals() {
                    @Override
                    public boolean input() {
                        return false;
                    }

                    @Override
                    public boolean output() {
                        return rows > 0;
                    }

                    @Override
                    public boolean error() {
                        return false;
                    }

                    @Override
                    public int columns() {
                        return 80;
                    }

                    @Override
                    public int rows() {
                        return rows;
                    }
                };
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Output(stream, stream, terminals, env, InstantSource.system(), "never", false);
    }

    @Test
    void appendsOnlyWhatIsNewToAPipe() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Iterator<List<String>> looks =
                List.of(List.of("a 1", "b 1"), List.of("a 1", "b 2"), List.of("a 1", "b 2"))
                        .iterator();

        new Repeating(output(out, 0, Map.of()), looks::hasNext).show(looks::next);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a 1\nb 1\nb 2\n");
    }

    @Test
    void drawsInPlaceOnATerminalAndNeverScrollsIt() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Iterator<List<String>> looks =
                List.of(List.of("a", "b", "c", "d"), List.of("e")).iterator();

        new Repeating(output(out, 4, Map.of()), looks::hasNext).show(looks::next);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "\u001b[2J\u001b[Ha\u001b[K\nb\u001b[K\n… 2 more lines\u001b[K\n\u001b[J"
                                + "\u001b[He\u001b[K\n\u001b[J");
    }

    @Test
    void pagesOnlyWhatIsLongerThanTheScreen(@TempDir Path directory) throws IOException {
        Path read = directory.resolve("read");
        Map<String, String> env = Map.of("CATTINO_PAGER", "cat > '%s'".formatted(read));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        output(out, 3, env).page(List.of("a", "b"));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\nb\n");
        output(out, 3, env).page(List.of("c", "ä", "e"));
        assertThat(Files.readString(read)).isEqualTo("c\nä\ne\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\nb\n");
        output(out, 3, Map.of("PAGER", "cat")).page(List.of("f", "g", "h"));
        output(out, 3, Map.of("PAGER", "exit 127")).page(List.of("i", "j", "k"));
        output(out, 0, env).page(List.of("l", "m", "n"));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("a\nb\nf\ng\nh\ni\nj\nk\nl\nm\nn\n");
    }

    @Test
    void findsWhatWasMeant() {
        assertThat(Text.nearest("trian", List.of("train", "eval"))).contains("train");
        assertThat(Text.nearest("trian", List.of("pipeline/train"))).contains("pipeline/train");
        assertThat(Text.nearest("xyz", List.of("train", "eval"))).isEmpty();
        assertThat(Text.distance("ab", "ba")).isEqualTo(1);
        assertThat(Text.distance("kitten", "sitting")).isEqualTo(3);
    }
}
