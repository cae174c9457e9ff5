package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Makes ULIDs: 48 bits of time in milliseconds and 80 random bits, as 26 characters of Crockford's
 * base 32. Those of one process rise, even within a millisecond and when the clock goes back.
 * Thread-safe.
 */
public final class Ulid {

    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int LENGTH = 26;
    private static final int BITS = 5;
    private static final long HIGH_MASK = 0xFFFF;
    private static final Ulid SHARED = new Ulid(InstantSource.system());

    /** Where a system keeps its own random bytes. */
    private static final Path ENTROPY = Path.of("/dev/urandom");

    private final InstantSource clock;

    @GuardedBy("this")
    private long time;

    /** The upper 16 of the 80 bits. */
    @GuardedBy("this")
    private long high;

    @GuardedBy("this")
    private long low;

    Ulid(InstantSource clock) {
        this.clock = clock;
    }

    /** Another id. */
    public static String next() {
        return SHARED.make();
    }

    synchronized String make() {
        long now = clock.millis();
        if (now > time) {
            time = now;
            ByteBuffer random = ByteBuffer.wrap(random(2 * Long.BYTES));
            high = random.getLong() & HIGH_MASK;
            low = random.getLong();
        } else if (++low == 0 && (high = (high + 1) & HIGH_MASK) == 0) {
            time++;
        }
        return text(time, high, low);
    }

    /**
     * Straight from the system: to look for the providers of SecureRandom takes longer than a call.
     */
    private static byte[] random(int count) {
        try (InputStream entropy = Files.newInputStream(ENTROPY)) {
            byte[] bytes = entropy.readNBytes(count);
            if (bytes.length == count) {
                return bytes;
            }
        } catch (IOException _) {
            // A system without that file: below.
        }
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** The 130 bits of 26 characters hold 2 of nothing, 48 of time, 16 and 64 of chance. */
    private static String text(long time, long high, long low) {
        char[] text = new char[LENGTH];
        long upper = (time << 16) | high;
        long lower = low;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = ALPHABET[(int) (lower & 31)];
            lower = (lower >>> BITS) | (upper << (Long.SIZE - BITS));
            upper >>>= BITS;
        }
        return new String(text);
    }
}
