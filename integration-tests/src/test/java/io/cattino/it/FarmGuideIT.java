package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that docs/farm-in-ten-minutes.md, followed word for word but for the names of the three
 * machines, makes a farm out of the tarball alone, which survives the loss of its leader. A machine
 * is a directory here, and an address of the loopback interface.
 */
class FarmGuideIT {
    private static final Pattern BLOCK =
            Pattern.compile("(?s)\n```sh\n# (?:on|at) (.*?)\n(.*?)\n```");
    private static final String NAMES = "HOST1=farm-1 HOST2=farm-2 HOST3=farm-3";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> FARM = List.of("farm-1", "farm-2", "farm-3");
    private static final List<String> NODES = List.of("gpu-1", "gpu-2");
    private static final String DESK = "your desk";

    @RegisterExtension final Farm scene = Farm.empty();

    private final String network =
            "127.%d.%d."
                    .formatted(
                            ThreadLocalRandom.current().nextInt(16, 240),
                            ThreadLocalRandom.current().nextInt(1, 255));
    private String leader = "";

    @Test
    void everyBlockOfThePageMakesTheFarm() throws Exception {
        for (String machine : all()) {
            Files.createDirectory(directory(machine));
            Files.createLink(directory(machine).resolve("cattino-0.tar.gz"), tarball());
        }
        String page =
                Files.readString(Distribution.checkout().resolve("docs/farm-in-ten-minutes.md"));
        assertThat(page).containsOnlyOnce(NAMES);
        Matcher block = BLOCK.matcher(page);
        List<String> outputs = new ArrayList<>();
        while (block.find()) {
            for (String machine : machines(block.group(1))) {
                prepare(machine, block.group(2));
                String out = run(machine, block.group(2));
                if (machine.equals(DESK) && !out.isEmpty()) {
                    outputs.add(out);
                }
            }
        }
        check(outputs);
        await("nothing is left of it")
                .atMost(LIMIT)
                .until(() -> Living.mentioning(scene.path("").toString()).isEmpty());
    }

    private static void check(List<String> outputs) {
        assertThat(outputs).hasSize(4);
        assertThat(outputs.get(0)).contains("gpu-1", "gpu-2", "hello from gpu-", "2 of 2 agents");
        long epoch = epoch(outputs.get(1));
        assertThat(outputs.get(2)).contains("first", "long");
        assertThat(epoch(outputs.get(2))).isGreaterThan(epoch);
        assertThat(outputs.get(3)).endsWith("hello from gpu-2\n");
    }

    private static long epoch(String status) {
        Matcher epoch = Pattern.compile("epoch\\s+(\\d+)").matcher(status);
        assertThat(epoch.find()).as(status).isTrue();
        return Long.parseLong(epoch.group(1));
    }

    /** What the page says in words, and what takes a person longer than a program. */
    private void prepare(String machine, String block) throws IOException {
        if (block.startsWith("cat > coordinator.conf") && !machine.equals("farm-1")) {
            copySecret("zookeeper-credential", machine);
            copySecret("token", machine);
        } else if (block.startsWith("cat > agent.conf")) {
            copySecret("token", machine);
        } else if (block.startsWith("export CATTINO_COORDINATOR")) {
            copySecret("token", machine);
            awaitNodes();
        }
    }

    private void awaitNodes() {
        try (MeowClient client =
                MeowClient.builder()
                        .target("%1$s1,%1$s2,%1$s3".formatted(network))
                        .tokenFile(directory("farm-1").resolve("secrets/token"))
                        .build()) {
            await("all nodes are up")
                    .atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(MeowException.Unavailable.class)
                    .until(() -> client.cluster().status().nodesReady() == NODES.size());
        }
    }

    private void copySecret(String name, String machine) throws IOException {
        Path secrets = Files.createDirectories(directory(machine).resolve("secrets"));
        Files.copy(
                directory("farm-1").resolve("secrets").resolve(name),
                secrets.resolve(name),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private List<String> machines(String where) {
        return switch (where) {
            case "every machine" -> all();
            case "the leader" -> List.of(leader);
            case DESK -> List.of(DESK);
            default -> List.of(where.split(", | and "));
        };
    }

    private static List<String> all() {
        return Stream.of(FARM, NODES, List.of(DESK)).flatMap(List::stream).toList();
    }

    private Path directory(String machine) {
        return scene.path(machine.replace(' ', '-'));
    }

    private static Path tarball() throws IOException {
        try (Stream<Path> files = Files.list(Distribution.home().getParent())) {
            return files.filter(
                            file -> file.getFileName().toString().matches("cattino-.*\\.tar\\.gz"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no tarball: ./mvnw verify makes it"));
        }
    }

    /** In the shell of that machine: what is exported there stays. */
    private String run(String machine, String block) {
        String shell = directory(machine) + ".shell";
        Map<String, String> environment = Distribution.environment(scene.path("user"));
        // Eight servers on a small machine; whoever follows the page has six machines.
        environment.put("CATTINO_JAVA_OPTS", "-Xmx160m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        String commands =
                "set -e\n[ ! -f '%1$s' ] || . '%1$s'\n%2$s\nexport -p > '%1$s'"
                        .formatted(
                                shell,
                                block.replace(
                                        NAMES,
                                        "HOST1=%1$s1 HOST2=%1$s2 HOST3=%1$s3".formatted(network)));
        Meow.Result result =
                new Meow(List.of(), environment, directory(machine)).shell(commands).exits(0);
        Matcher leads =
                Pattern.compile(Pattern.quote(network) + "(\\d):19192").matcher(result.out());
        if (block.startsWith("meow status") && leads.find()) {
            leader = "farm-" + leads.group(1);
        }
        return result.out();
    }
}
