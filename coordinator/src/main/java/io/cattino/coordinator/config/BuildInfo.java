package io.cattino.coordinator.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.util.Optional;
import java.util.jar.Manifest;

/**
 * Which build this is, as the manifest of its jar says.
 *
 * @param version {@code development} if the classes do not come from a jar
 * @param revision commit, or {@code unknown}
 */
public record BuildInfo(String version, String revision) {
    private static final String DEVELOPMENT = "development";
    private static final String UNKNOWN = "unknown";

    /** Reads the manifest of the jar that a class comes from. */
    public static BuildInfo of(Class<?> type) {
        URL url = type.getResource(type.getSimpleName() + ".class");
        if (url == null || !"jar".equals(url.getProtocol())) {
            return new BuildInfo(DEVELOPMENT, UNKNOWN);
        }
        String jar = url.toString().substring(0, url.toString().lastIndexOf('!') + 1);
        try (InputStream in = URI.create(jar + "/META-INF/MANIFEST.MF").toURL().openStream()) {
            return of(new Manifest(in));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the manifest of " + jar, e);
        }
    }

    static BuildInfo of(Manifest manifest) {
        return new BuildInfo(
                attribute(manifest, "Implementation-Version").orElse(DEVELOPMENT),
                attribute(manifest, "Cattino-Revision").orElse(UNKNOWN));
    }

    private static Optional<String> attribute(Manifest manifest, String name) {
        return Optional.ofNullable(manifest.getMainAttributes().getValue(name));
    }
}
