package io.cattino.client.internal;

import io.cattino.client.Bundle;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Packs folders; the same content gives the same bytes, which are told apart by their hash. */
public final class Packer {

    /** As coordinators take it. */
    private static final long MAX_UNPACKED_BYTES = 64L << 20;

    private static final int MAX_FILES = 10_000;
    private static final int SHOWN = 3;

    /** What zip can hold as a time, and no clock shows any more. */
    private static final FileTime TIME = FileTime.from(Instant.parse("2000-01-01T00:00:00Z"));

    private Packer() {}

    /**
     * An archive, and what is in it.
     *
     * @param files relative
     */
    @SuppressWarnings("ArrayRecordComponent") // made here, and handed on at once
    public record Packed(byte[] zip, Set<Path> files) {}

    /**
     * Packs a folder.
     *
     * @param root its real path
     * @param maxBytes what the archive may take
     * @throws Bundle.TooLarge if it is
     * @throws IllegalArgumentException if it is empty, or a file of it cannot travel
     */
    public static Packed pack(Path root, int maxBytes) throws IOException {
        Set<Path> files = FolderFiles.of(root, MAX_FILES);
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no file in %s, or none that git does not ignore".formatted(root));
        }
        if (files.size() > MAX_FILES) {
            throw tooLarge(root, files, "more than %,d files".formatted(MAX_FILES));
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += size(root.resolve(file));
        }
        if (bytes > MAX_UNPACKED_BYTES) {
            throw tooLarge(
                    root,
                    files,
                    "%,d KiB in its files; at most %,d KiB"
                            .formatted(bytes >> 10, MAX_UNPACKED_BYTES >> 10));
        }
        Packed packed = zip(root, files);
        if (packed.zip().length > maxBytes) {
            throw tooLarge(
                    root,
                    files,
                    "%,d KiB packed; at most %,d KiB"
                            .formatted(packed.zip().length >> 10, maxBytes >> 10));
        }
        return packed;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            return 0; // gone since it was found
        }
    }

    private static Bundle.TooLarge tooLarge(Path root, Set<Path> files, String what)
            throws IOException {
        record Sized(Path file, long bytes) {}
        List<Sized> sized = new ArrayList<>();
        for (Path file : files) {
            sized.add(new Sized(file, size(root.resolve(file))));
        }
        String largest =
                sized.stream()
                        .sorted(Comparator.comparingLong(Sized::bytes).reversed())
                        .limit(SHOWN)
                        .map(it -> "%s (%,d KiB)".formatted(it.file(), it.bytes() >> 10))
                        .collect(Collectors.joining(", "));
        return new Bundle.TooLarge(
                "the folder %s is too large: %s; largest: %s".formatted(root, what, largest));
    }

    private static Packed zip(Path root, Set<Path> files) throws IOException {
        Path directory = Files.createTempDirectory("cattino-bundle");
        Path archive = directory.resolve("bundle.zip");
        Set<Path> packed = new TreeSet<>();
        try {
            Map<String, ?> fresh = Map.of("create", true, "enablePosixFileAttributes", true);
            try (FileSystem zip = FileSystems.newFileSystem(archive, fresh)) {
                for (Path file : files) {
                    if (add(root.resolve(file), zip.getPath("/" + file))) {
                        packed.add(file);
                    }
                }
            }
            return new Packed(Files.readAllBytes(archive), packed);
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(directory);
        }
    }

    /** Whether it was still there. */
    private static boolean add(Path file, Path entry) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return false;
        }
        Path parent = entry.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(entry, content);
        Files.setPosixFilePermissions(
                entry,
                PosixFilePermissions.fromString(
                        Files.isExecutable(file) ? "rwxr-xr-x" : "rw-r--r--"));
        for (Path dated = entry; dated != null && dated.getParent() != null; ) {
            Files.getFileAttributeView(dated, BasicFileAttributeView.class)
                    .setTimes(TIME, TIME, TIME);
            dated = dated.getParent();
        }
        return true;
    }
}
