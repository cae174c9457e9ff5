package io.cattino.agent.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.cattino.agent.store.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The node's last lease, where agent and fence find it. Not synced: a reboot kills what it is for.
 *
 * @param file where
 * @param bootId of the machine; a lease of another boot is none
 */
record LeaseFile(Path file, String bootId) {

    private static final Pattern TEXT = Pattern.compile("(\\S+) (\\d{1,18})\\n");

    /** Milliseconds of the clock since the boot; empty before the first lease of this boot. */
    OptionalLong read() throws IOException {
        String text;
        try {
            text = Files.readString(file, US_ASCII);
        } catch (NoSuchFileException _) {
            return OptionalLong.empty();
        }
        Matcher lease = TEXT.matcher(text);
        return lease.matches() && lease.group(1).equals(bootId)
                ? OptionalLong.of(Long.parseLong(lease.group(2)))
                : OptionalLong.empty();
    }

    void write(long baseMs) throws IOException {
        DurableFiles.replace(file, "%s %d%n".formatted(bootId, baseMs).getBytes(US_ASCII));
    }
}
