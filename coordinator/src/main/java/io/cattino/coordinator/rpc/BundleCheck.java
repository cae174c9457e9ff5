package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.model.Limits;
import io.cattino.proto.v1.Bundle;
import io.cattino.proto.v1.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Looks at the folder that travels with a submission, and reads its archive to the end: what a node
 * could not unpack is not stored. Stateless, but for the findings.
 */
final class BundleCheck {
    static final long MAX_UNPACKED_BYTES = 64L << 20;
    static final int MAX_FILES = 10_000;

    private static final String FIELD = "context.bundle";
    private static final String PACKED_BY = "let meow create --bundle DIR pack it";
    private static final String SMALLER =
            "bundle the code alone; data belongs where all nodes see it";

    private final Findings findings;

    BundleCheck(Findings findings) {
        this.findings = findings;
    }

    boolean bundle(Context context) {
        if (!context.hasBundle()) {
            return true;
        }
        Bundle bundle = context.getBundle();
        if (!bundle.getRoot().startsWith("/")) {
            return findings.invalid(FIELD + ".root", "is not absolute", "give the whole path");
        }
        if (bundle.getZip().size() > Limits.MAX_BUNDLE_BYTES) {
            return findings.invalid(
                    FIELD + ".zip",
                    bundle.getZip().size() + " bytes; at most " + Limits.MAX_BUNDLE_BYTES,
                    SMALLER);
        }
        return findings.text(FIELD + ".root", bundle.getRoot(), TaskCheck.MAX_PATH_BYTES)
                && archive(bundle);
    }

    private boolean archive(Bundle bundle) {
        byte[] buffer = new byte[64 * 1024];
        long unpacked = 0;
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(bundle.getZip().newInput())) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
                unpacked += read(zip, buffer, MAX_UNPACKED_BYTES - unpacked);
                if (unpacked > MAX_UNPACKED_BYTES || names.size() > MAX_FILES) {
                    return findings.invalid(
                            FIELD + ".zip",
                            "is more than %d MiB or %,d files unpacked"
                                    .formatted(MAX_UNPACKED_BYTES >> 20, MAX_FILES),
                            SMALLER);
                }
            }
            Optional<String> fault = ZipNames.fault(names);
            if (fault.isPresent()) {
                return findings.invalid(FIELD + ".zip", fault.get(), PACKED_BY);
            }
            Set<String> listed = ZipNames.listed(bundle.getZip().asReadOnlyByteBuffer());
            return (!names.isEmpty() && listed.equals(Set.copyOf(names))) || unreadable();
        } catch (IOException | IllegalArgumentException e) { // of names that are not UTF-8
            return unreadable();
        }
    }

    private boolean unreadable() {
        return findings.invalid(FIELD + ".zip", "is no zip archive with files in it", PACKED_BY);
    }

    /** Bytes of an entry, or some number above {@code most}. */
    private static long read(InputStream entry, byte[] buffer, long most) throws IOException {
        long sum = 0;
        for (int n = entry.read(buffer); n >= 0 && sum <= most; n = entry.read(buffer)) {
            sum += n;
        }
        return sum;
    }
}
