package io.cattino.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves where a server keeps its files, who may read them, and that there is one server to a home.
 */
class HomeTest {
    @TempDir Path directory;
    private Home home = new Home(Path.of("/"), "unused");

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(directory.resolve("home"), "login");
        home.prepare();
    }

    @Test
    void everyHostHasItsOwnServerInOneHome() {
        assertThat(home.server()).isEqualTo(directory.resolve("home/hosts/login/server"));
        assertThat(new Home(directory.resolve("home"), "other").server())
                .isNotEqualTo(home.server());
    }

    @Test
    void theEnvironmentNamesTheHome() {
        assertThat(Home.of(Map.of("CATTINO_HOME", directory.toString())).root())
                .isEqualTo(directory);
        assertThat(Home.of(Map.of()).root())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".cache", "cattino"));
    }

    @Test
    void onlyTheOwnerMayLookIntoTheServersDirectory() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.server())))
                .isEqualTo("rwx------");
    }

    @Test
    void aSecondServerFindsTheHomeLocked() throws Exception {
        try (var first = home.lock().orElseThrow().acquiredBy()) {
            assertThat(first.isOpen()).isTrue();
            assertThat(home.lock()).isEmpty();
        }
        assertThat(home.lock()).as("free again").isPresent();
    }

    @Test
    void theTokenIsMadeOnceAlsoIfManyComeFirst() throws Exception {
        Set<String> seen = new HashSet<>();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> read = () -> Secrets.readOrCreate(home.tokenFile(), "cattino_");
            for (Future<String> one :
                    many.invokeAll(Stream.generate(() -> read).limit(50).toList())) {
                seen.add(one.get());
            }
        }
        assertThat(seen).singleElement().asString().matches("cattino_[0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.tokenFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void theServerFileTellsWhereToAsk() throws Exception {
        home.publish(new ServerFile("login", "boot", 7, 19192, 19193, "1.0", "abc", Instant.EPOCH));
        JsonObject json =
                JsonParser.parseString(Files.readString(home.server().resolve("server.json")))
                        .getAsJsonObject();
        assertThat(json.get("pid").getAsLong()).isEqualTo(7);
        assertThat(json.get("grpcPort").getAsInt()).isEqualTo(19192);
        assertThat(json.get("startTime").getAsString()).isEqualTo("1970-01-01T00:00:00Z");
        home.unpublish();
        assertThat(home.server().resolve("server.json")).doesNotExist();
    }

    @Test
    void aSecretThatOthersMayReadIsRefused() throws Exception {
        Path secret = directory.resolve("secret");
        assertThat(Secrets.readOrCreate(secret, "cattino_")).startsWith("cattino_");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Secrets.readOrCreate(secret, "cattino_"))
                .hasMessageContainingAll("others", "chmod 600 " + secret);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
        assertThat(Secrets.read(secret)).startsWith("cattino_");
    }
}
