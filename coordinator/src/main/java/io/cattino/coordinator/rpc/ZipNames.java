package io.cattino.coordinator.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.coordinator.wire.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Names of files and folders in an archive. It has each twice: before the content, as a stream
 * reads it, and in the list at its end, by which nodes unpack it.
 */
final class ZipNames {

    private static final int END_BYTES = 22;
    private static final int END = 0x06054b50;
    private static final int ENTRY_BYTES = 46;
    private static final int ENTRY = 0x02014b50;

    /** What file systems take for a name, and the half of what they take for a path. */
    private static final int MAX_PART_BYTES = 255;

    private static final int MAX_BYTES = 2_048;

    /** So that a small archive makes no great many folders. */
    private static final int MAX_PARTS = 100;

    private ZipNames() {}

    /**
     * The names in the list at the end.
     *
     * @param zip the whole archive, without a comment or anything else behind it
     * @throws IOException if there is no such list
     */
    static Set<String> listed(ByteBuffer zip) throws IOException {
        ByteBuffer bytes = zip.order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.limit() - END_BYTES;
        if (end < 0 || bytes.getInt(end) != END) {
            throw new ZipException("no end");
        }
        int count = Short.toUnsignedInt(bytes.getShort(end + 10));
        int at = bytes.getInt(end + 16);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            if (at < 0 || at > end - ENTRY_BYTES || bytes.getInt(at) != ENTRY) {
                throw new ZipException("no entry");
            }
            int length = Short.toUnsignedInt(bytes.getShort(at + 28));
            if (length > end - ENTRY_BYTES - at || !names.add(name(bytes, at, length))) {
                throw new ZipException("a name that is cut off, or is there twice");
            }
            at +=
                    ENTRY_BYTES
                            + length
                            + Short.toUnsignedInt(bytes.getShort(at + 30))
                            + Short.toUnsignedInt(bytes.getShort(at + 32));
        }
        return names;
    }

    private static String name(ByteBuffer bytes, int entry, int length)
            throws CharacterCodingException {
        return UTF_8.newDecoder().decode(bytes.slice(entry + ENTRY_BYTES, length)).toString();
    }

    /**
     * What is wrong with one of the names of an archive; empty if all of them can be made on a
     * node.
     */
    static Optional<String> fault(List<String> names) {
        Set<String> files = new HashSet<>();
        for (String name : names) {
            String path = path(name);
            if (leadsOut(path)) {
                return told(name, "which lies outside");
            }
            if (!isPath(path)) {
                return told(name, "which is no path of a file");
            }
            if (!name.endsWith("/") && !files.add(path)) {
                return told(name, "twice");
            }
        }
        return names.stream()
                .flatMap(name -> folders(name).filter(files::contains))
                .findFirst()
                .flatMap(name -> told(name, "which is a file and a folder"));
    }

    private static String path(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /**
     * What has to be a folder for it: never all at once, as all of them are far more than their
     * names.
     */
    private static Stream<String> folders(String name) {
        return IntStream.range(0, name.length())
                .filter(i -> name.charAt(i) == '/')
                .mapToObj(i -> name.substring(0, i));
    }

    private static Optional<String> told(String name, String what) {
        return Optional.of("holds '" + Names.shown(name) + "', " + what);
    }

    private static boolean leadsOut(String path) {
        return path.startsWith("/")
                || path.indexOf('\0') >= 0
                || path.indexOf('\\') >= 0
                || ("/" + path + "/").contains("/../");
    }

    private static boolean isPath(String path) {
        String[] parts = path.split("/", -1);
        for (String part : parts) {
            if (part.isEmpty() || part.equals(".") || Texts.bytes(part) > MAX_PART_BYTES) {
                return false;
            }
        }
        return parts.length <= MAX_PARTS && Texts.bytes(path) <= MAX_BYTES;
    }
}
