package io.cattino.it.openb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenbTest {
    private static final String NODES =
            """
            sn,cpu_milli,memory_mib,gpu,model
            h0,16000,65536,2,A
            h1,16000,65536,2,B
            """;
    private static final String PODS =
            """
            name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec
            p0,1000,1024,1,500,
            p1,1000,1024,1,500,A|B

            p2,2000,1024,1,1000,B
            p3,4000,1024,0,0,
            """;

    @TempDir private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path nodes = Path.of("nodes.csv");
    private Path pods = Path.of("pods.csv");

    @BeforeEach
    void write() throws IOException {
        nodes = Files.writeString(folder.resolve("nodes.csv"), NODES);
        pods = Files.writeString(folder.resolve("pods.csv"), PODS);
    }

    private int run(Object... args) {
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        return Openb.run(
                words, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    @Test
    void lastLineTellsTheMeans() {
        assertThat(run(nodes, pods, "--seeds", "3")).isZero();
        assertThat(out.toString(UTF_8).lines().toList().getLast())
                .matches("allocated 100%: \\d+\\.\\d\\d 130%: \\d+\\.\\d\\d");
        assertThat(out.toString(UTF_8))
                .startsWith("2 hosts, 4 cards, 4 tasks to draw from\nseed 42: ")
                .contains("seed 44: ")
                .doesNotContain("seed 45: ");
    }

    @Test
    void tasksThatFillTheCardsFillThem() throws Csv.Malformed, IOException {
        Files.writeString(pods, "cpu_milli,memory_mib,num_gpu,gpu_milli\n1,1,1,500\n1,1,1,1000\n");
        Replay.Result result = new Replay(Host.read(nodes)).run(Ask.read(pods), 1);
        assertThat(result.capacity()).isEqualTo(4_000);
        assertThat(result.atEnd()).isGreaterThanOrEqualTo(3_500);
    }

    @Test
    void hostsWithoutTheModelOrTheMemoryAreNotOffered() throws Csv.Malformed, IOException {
        Files.writeString(
                pods, "cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n1,30000,1,500,A\n");
        // Two of them have room for their memory on the one host of that model.
        assertThat(new Replay(Host.read(nodes)).run(Ask.read(pods), 1).atEnd()).isEqualTo(1_000);
    }

    @Test
    void whatIsWrongIsToldWithItsLine() throws IOException {
        Files.writeString(pods, PODS + "p4,many,1,1,500,\n");
        assertThat(run(nodes, pods)).isEqualTo(1);
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "openb: %s:7: cpu_milli is 'many', not a number from 0 to 1000000000%n"
                                .formatted(pods));
    }

    @Test
    void tablesThatAreNotAreTold() throws IOException {
        Files.writeString(pods, "name\np0\n");
        assertThat(run(nodes, pods)).isEqualTo(1);
        Files.writeString(pods, PODS + "p4,1\n");
        assertThat(run(nodes, pods)).isEqualTo(1);
        assertThat(run(folder.resolve("none.csv"), pods)).isEqualTo(1);
        Files.writeString(nodes, "sn,cpu_milli,memory_mib,gpu,model\nh0,1,1,0,\n");
        Files.writeString(pods, PODS);
        assertThat(run(nodes, pods)).isEqualTo(1);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "openb: " + pods + ":1: has no column cpu_milli",
                        "openb: " + pods + ":7: has 2 columns, not 6",
                        "openb: " + folder.resolve("none.csv") + ": there is no such file",
                        "openb: " + nodes + ": no host has a card");
    }

    @Test
    void usageIsTold() {
        for (Object[] args :
                new Object[][] {
                    {}, {nodes}, {nodes, pods, "--seeds"}, {nodes, pods, "--seeds", "0"}, {"-h"}
                }) {
            assertThat(run(args)).isEqualTo(2);
        }
        assertThat(err.toString(UTF_8).lines()).hasSize(5).allMatch(l -> l.startsWith("usage: "));
    }
}
