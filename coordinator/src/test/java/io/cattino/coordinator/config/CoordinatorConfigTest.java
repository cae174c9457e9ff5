package io.cattino.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

class CoordinatorConfigTest {
    private static final AccessToken TOKEN = new AccessToken("0123456789abcdef");

    private static CoordinatorConfig.Builder builder() {
        return CoordinatorConfig.builder(Path.of("/h"), TOKEN, "c");
    }

    @Test
    void hasTheseDefaults() {
        assertThat(builder().build())
                .isEqualTo(
                        new CoordinatorConfig(
                                "127.0.0.1",
                                19192,
                                19193,
                                "",
                                false,
                                Path.of("/h"),
                                TOKEN,
                                Path.of("/h/server/token"),
                                ZoneId.systemDefault(),
                                "c",
                                false,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30)));
    }

    @Test
    void takesEveryValue() {
        assertThat(
                        builder()
                                .host("localhost")
                                .grpcPort(1)
                                .httpPort(2)
                                .advertised("a:1")
                                .insecurePlaintext(true)
                                .tokenFile(Path.of("/t"))
                                .zone(ZoneId.of("Asia/Tokyo"))
                                .allInOne(true)
                                .heartbeat(Duration.ofMillis(3))
                                .sample(Duration.ofMillis(4))
                                .stopGrace(Duration.ofMillis(5))
                                .build())
                .isEqualTo(
                        new CoordinatorConfig(
                                "localhost",
                                1,
                                2,
                                "a:1",
                                true,
                                Path.of("/h"),
                                TOKEN,
                                Path.of("/t"),
                                ZoneId.of("Asia/Tokyo"),
                                "c",
                                true,
                                Duration.ofMillis(3),
                                Duration.ofMillis(4),
                                Duration.ofMillis(5)));
    }

    @Test
    void reportsEverythingThatIsWrongTogether() {
        assertThatThrownBy(() ->
                        CoordinatorConfig.builder(Path.of("rel"), TOKEN, " ")
                                .host("0.0.0.0")
                                .grpcPort(70_000)
                                .httpPort(-1)
                                .heartbeat(Duration.ZERO)
                                .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "host: 0.0.0.0 is not a loopback address",
                        "--insecure-plaintext",
                        "--advertise HOST",
                        "grpcPort: 70000",
                        "httpPort: -1",
                        "home: rel",
                        "clusterId",
                        "heartbeat");
    }

    @Test
    void refusesOnePortForBoth() {
        assertThatThrownBy(() -> builder().grpcPort(5).httpPort(5).build())
                .hasMessageContaining("httpPort: 5");
    }

    @Test
    void tellsWhereItIsReached() {
        assertThat(builder().build().addressAt(7)).isEqualTo("127.0.0.1:7");
        assertThat(builder().advertised("x:9").build().addressAt(7)).isEqualTo("x:9");
        assertThat(builder().advertised("x").build().addressAt(7)).isEqualTo("x:7");
        assertThat(builder().advertised("fe80::1").build().addressAt(7)).isEqualTo("[fe80::1]:7");
        assertThat(builder().host("::1").build().addressAt(7)).isEqualTo("[::1]:7");
        assertThat(builder().advertised("[fe80::1]:9").build().reachedAs()).isEqualTo("[fe80::1]");
    }

    @Test
    void listensToTheNetworkOnlyWhereSomebodySaidThatItMay() {
        assertThatThrownBy(() -> builder().host("192.0.2.7").build())
                .hasMessageContainingAll("host: 192.0.2.7", "--insecure-plaintext");
        CoordinatorConfig everywhere =
                builder().host("0.0.0.0").insecurePlaintext(true).advertised("gpu-01").build();
        assertThat(everywhere.addressAt(7)).isEqualTo("gpu-01:7");
        assertThatThrownBy(() -> builder().host("0.0.0.0").insecurePlaintext(true).build())
                .hasMessageContainingAll("0.0.0.0", "--advertise HOST");
    }

    @Test
    void admitsTheTokenOnly() {
        assertThat(TOKEN.admits("Bearer 0123456789abcdef")).isTrue();
        assertThat(TOKEN.admits("bearer 0123456789abcdef")).isTrue();
        assertThat(TOKEN.admits("Bearer 0123456789ABCDEF")).isFalse();
        assertThat(TOKEN.admits("Bearer 0123456789abcde")).isFalse();
        assertThat(TOKEN.admits("0123456789abcdef")).isFalse();
        assertThat(TOKEN.admits(null)).isFalse();
        assertThat(TOKEN).hasToString("AccessToken[...]");
        assertThatThrownBy(() -> new AccessToken("short"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsTheBuildFromTheManifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Implementation-Version", "0.1.0");
        manifest.getMainAttributes().putValue("Cattino-Revision", "abc");
        assertThat(BuildInfo.of(manifest)).isEqualTo(new BuildInfo("0.1.0", "abc"));
        assertThat(BuildInfo.of(new Manifest())).isEqualTo(new BuildInfo("development", "unknown"));
        assertThat(BuildInfo.of(org.junit.jupiter.api.Test.class).version()).isNotEmpty();
    }
}
