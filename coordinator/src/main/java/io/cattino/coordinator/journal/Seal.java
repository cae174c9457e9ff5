package io.cattino.coordinator.journal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.cattino.coordinator.wire.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Puts a checksum behind a message, as its last field (15, fixed32), and checks it. Stateless. */
final class Seal {
    private static final int FIELD = 15;
    private static final int SIZE = CodedOutputStream.computeFixed32Size(FIELD, 0);
    private static final byte TAG = (byte) ((FIELD << 3) | WireFormat.WIRETYPE_FIXED32);

    private Seal() {}

    /** The message's bytes with the checksum behind them; the message itself must not carry one. */
    static byte[] seal(MessageLite message) {
        byte[] body = Digests.deterministicBytes(message);
        byte[] sealed = Arrays.copyOf(body, body.length + SIZE);
        CodedOutputStream out = CodedOutputStream.newInstance(sealed, body.length, SIZE);
        try {
            out.writeFixed32(FIELD, crc(body, body.length));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "an array of the right size did not hold the checksum", e);
        }
        return sealed;
    }

    /**
     * Fails unless the bytes are what {@link #seal} made.
     *
     * @param what for the message: {@code record 12}
     */
    static void check(byte[] sealed, String what) throws JournalException.Corrupt {
        int body = sealed.length - SIZE;
        if (body < 0 || sealed[body] != TAG) {
            throw new JournalException.Corrupt(
                    what + " does not end in a checksum (" + sealed.length + " bytes)");
        }
        int stored = 0;
        for (int i = 4; i >= 1; i--) {
            stored = (stored << 8) | (sealed[body + i] & 0xff);
        }
        int computed = crc(sealed, body);
        if (stored != computed) {
            throw new JournalException.Corrupt(
                    "%s has checksum %08x and its bytes have %08x"
                            .formatted(what, stored, computed));
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
