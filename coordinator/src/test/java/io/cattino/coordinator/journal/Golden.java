package io.cattino.coordinator.journal;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that every later version must be able to read. */
final class Golden {
    private Golden() {}

    /**
     * The golden bytes. With {@code -Dcattino.golden.write} a missing file is made first; an
     * existing one never changes.
     */
    static byte[] bytes(String name, byte[] today) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            if (in != null) {
                return in.readAllBytes();
            }
        }
        if (System.getProperty("cattino.golden.write") == null) {
            fail("golden/%s is missing: make it with -Dcattino.golden.write and commit it", name);
        }
        Path file = Path.of("src/test/resources/golden", name);
        Files.createDirectories(file.getParent());
        Files.write(file, today);
        return today;
    }
}
