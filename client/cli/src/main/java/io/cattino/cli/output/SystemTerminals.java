package io.cattino.cli.output;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The terminals of this process. */
public final class SystemTerminals implements Terminals {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Override
    public boolean input() {
        return isTerminal(0);
    }

    @Override
    public boolean output() {
        return isTerminal(1);
    }

    @Override
    public boolean error() {
        return isTerminal(2);
    }

    @Override
    public int columns() {
        return size()[1];
    }

    @Override
    public int rows() {
        return size()[0];
    }

    /** {@code stty size} says "rows columns"; zeros if nobody knows. */
    private static int[] size() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (InputStream said = stty.getInputStream()) {
                String size = new String(said.readAllBytes(), StandardCharsets.US_ASCII).strip();
                int blank = size.indexOf(' ');
                return new int[] {
                    Integer.parseInt(size.substring(0, Math.max(0, blank))),
                    Integer.parseInt(size.substring(blank + 1))
                };
            }
        } catch (IOException | NumberFormatException _) {
            return new int[] {0, 0};
        }
    }

    /** Java's console tells of all streams at once; Linux tells of each. */
    private static boolean isTerminal(int descriptor) {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        }
        try {
            String target =
                    Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                            .toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException _) {
            return false;
        }
    }
}
