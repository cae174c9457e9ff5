package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures whole commands, from the shell's fork to their end, against a JVM that prints one line:
 * {@code ./mvnw verify -Pbench}, on a machine that has nothing else to do. With {@code
 * -Dcattino.bench.meow=./meow} it is that script that is measured, and not the distribution's.
 */
@Tag("bench")
class StartupBench {
    private static final int WARM_UPS = 2;
    private static final int RUNS = 15;
    private static final double LIMIT_MILLIS = 250;
    private static final double LIMIT_RATIO = 5;

    @RegisterExtension final Farm farm = Farm.running("--fake-gpus", "4x24576");

    @Test
    void commandsAreQuick() throws Exception {
        farm.meow().run("create", "sleep 3600", "-n", "runs", "-c", "4").exits(0);
        farm.meow().run("create", "true", "-n", "waits", "-c", "1").exits(0);
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("hello world", hello());
        String given = System.getProperty("cattino.bench.meow", "");
        String meow = given.isEmpty() ? Distribution.meow().toString() : given;
        for (List<String> words :
                List.of(
                        List.of("list"),
                        List.of("test"),
                        List.of("create", "true", "-c", "1"),
                        List.of("why", "waits"))) {
            List<String> command = new ArrayList<>(List.of(meow));
            command.addAll(words);
            commands.put("meow " + String.join(" ", words), command);
        }
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int run = -WARM_UPS; run < RUNS; run++) {
            for (Map.Entry<String, List<String>> command : commands.entrySet()) {
                double millis = millis(command.getValue());
                if (run >= 0) {
                    times.computeIfAbsent(command.getKey(), _ -> new ArrayList<>()).add(millis);
                }
            }
        }
        report(times);
    }

    private static void report(Map<String, List<Double>> times) throws IOException {
        Path load = Path.of("/proc/loadavg");
        System.out.println(
                "load " + (Files.exists(load) ? Files.readString(load).strip() : "unknown"));
        double hello = median(times.values().iterator().next());
        times.forEach((name, millis) ->
                System.out.printf(
                        "%-24s median %4.0f ms (%.0f to %.0f), %.1f x hello world%n",
                        name,
                        median(millis),
                        millis.stream().min(Double::compare).orElseThrow(),
                        millis.stream().max(Double::compare).orElseThrow(),
                        median(millis) / hello));
        times.forEach((name, millis) ->
                assertThat(median(millis))
                        .as(name)
                        .isLessThanOrEqualTo(LIMIT_MILLIS)
                        .isLessThanOrEqualTo(LIMIT_RATIO * hello));
    }

    private List<String> hello() throws Exception {
        Path source = farm.cwd().resolve("Hello.java");
        Files.writeString(
                source,
                "class Hello { public static void main(String[] args) { System.out.println(\"hello world\"); } }");
        String bin = System.getProperty("java.home") + "/bin/";
        String directory = farm.cwd().toString();
        new Meow(List.of(bin + "javac"), farm.environment(), farm.cwd())
                .run("-d", directory, source.toString())
                .exits(0);
        return List.of(bin + "java", "-cp", directory, "Hello");
    }

    private double millis(List<String> command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(farm.cwd().toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(farm.environment());
        long start = System.nanoTime();
        int exit = builder.start().waitFor();
        double millis = (System.nanoTime() - start) / 1e6;
        assertThat(exit).as(String.join(" ", command)).isZero();
        return millis;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
