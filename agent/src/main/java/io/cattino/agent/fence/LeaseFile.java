package io.cattino.agent.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The node's last lease, where agent and fence find it: two slots of fixed size, made beforehand
 * and overwritten in turn, so that it takes no room on the disk, and one that is torn leaves the
 * other. Not synced: a reboot kills what it is for. One process writes.
 *
 * @param file where
 * @param bootId of the machine; a lease of another boot is none
 * @param clock that it goes by
 */
record LeaseFile(Path file, String bootId, BootClock clock) {

    /**
     * No leader grants more. Where a container has the boot id of its host and a clock of its own,
     * that begins anew under the same id: what is beyond is a lease by another clock.
     */
    private static final Duration LONGEST = Duration.ofHours(25);

    private static final int SLOTS = 2;
    private static final int SLOT_BYTES = 128;

    private static final Pattern SLOT = Pattern.compile("((\\S+) (\\d{1,18})) ([0-9a-f]{8}) *\\n");

    /** Milliseconds of the clock since the boot; empty before the first lease of this boot. */
    OptionalLong read() throws IOException {
        byte[] slots;
        try {
            slots = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return OptionalLong.empty();
        }
        OptionalLong last = OptionalLong.empty();
        for (int slot = 0; slot < SLOTS; slot++) {
            OptionalLong lease = lease(slots, slot);
            if (lease.isPresent() && lease.getAsLong() >= last.orElse(0)) {
                last = lease;
            }
        }
        return last;
    }

    /** That of a slot; empty if it is torn, of another boot, or later than can be. */
    private OptionalLong lease(byte[] slots, int slot) {
        if (slots.length < (slot + 1) * SLOT_BYTES) {
            return OptionalLong.empty();
        }
        Matcher fields = SLOT.matcher(new String(slots, slot * SLOT_BYTES, SLOT_BYTES, US_ASCII));
        if (!fields.matches()
                || !fields.group(4).equals(checksum(fields.group(1)))
                || !fields.group(2).equals(bootId)) {
            return OptionalLong.empty();
        }
        long lease = Long.parseLong(fields.group(3));
        return lease <= clock.millis() + LONGEST.toMillis()
                ? OptionalLong.of(lease)
                : OptionalLong.empty();
    }

    /** Makes room for it, if there is none yet. */
    private void make() throws IOException {
        if (!Files.exists(file) || Files.size(file) != SLOTS * SLOT_BYTES) {
            Files.writeString(file, slot("").repeat(SLOTS), US_ASCII);
        }
    }

    void write(long baseMs) throws IOException {
        make();
        int older = older(Files.readAllBytes(file));
        String lease = bootId + " " + baseMs;
        ByteBuffer slot = ByteBuffer.wrap(slot(lease + " " + checksum(lease)).getBytes(US_ASCII));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(slot, (long) older * SLOT_BYTES);
        }
    }

    /** The slot that is not the last lease. */
    private int older(byte[] slots) {
        OptionalLong first = lease(slots, 0);
        OptionalLong second = lease(slots, 1);
        return first.isPresent() && first.getAsLong() > second.orElse(-1) ? 1 : 0;
    }

    private static String slot(String text) {
        return "%-127s\n".formatted(text);
    }

    private static String checksum(String lease) {
        CRC32C checksum = new CRC32C();
        checksum.update(lease.getBytes(US_ASCII));
        return "%08x".formatted(checksum.getValue());
    }
}
