package io.cattino.client.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Packs folders; the same content gives the same bytes, which are told apart by their hash. */
public final class Packer {

    /** As coordinators take it. */
    private static final long MAX_UNPACKED_BYTES = 64L << 20;

    private static final int MAX_FILES = 10_000;
    private static final int SHOWN = 3;
    private static final Set<String> LEFT_OUT =
            Set.of(
                    ".git",
                    ".hg",
                    ".svn",
                    ".venv",
                    "venv",
                    "__pycache__",
                    ".ipynb_checkpoints",
                    ".mypy_cache",
                    ".pytest_cache",
                    ".ruff_cache",
                    "node_modules");

    /** What zip can hold as a time, and no clock shows any more. */
    private static final FileTime TIME = FileTime.from(Instant.parse("2000-01-01T00:00:00Z"));

    private Packer() {}

    /** An archive, and how many files are in it. */
    @SuppressWarnings("ArrayRecordComponent") // made here, and handed on at once
    public record Packed(byte[] zip, int files) {}

    /**
     * Packs a folder.
     *
     * @param root its real path
     * @param maxBytes what the archive may take
     * @throws IllegalArgumentException if it is empty or too large
     */
    public static Packed pack(Path root, int maxBytes) throws IOException {
        List<Path> files = files(root);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("there is no file in " + root);
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(root.resolve(file));
        }
        if (bytes > MAX_UNPACKED_BYTES || files.size() > MAX_FILES) {
            throw tooLarge(
                    root,
                    files,
                    "%,d files of %,d KiB; at most %,d files of %,d KiB"
                            .formatted(
                                    files.size(),
                                    bytes >> 10,
                                    MAX_FILES,
                                    MAX_UNPACKED_BYTES >> 10));
        }
        byte[] zip = zip(root, files);
        if (zip.length > maxBytes) {
            throw tooLarge(
                    root,
                    files,
                    "%,d KiB packed; at most %,d KiB".formatted(zip.length >> 10, maxBytes >> 10));
        }
        return new Packed(zip, files.size());
    }

    private static IllegalArgumentException tooLarge(Path root, List<Path> files, String what)
            throws IOException {
        record Sized(Path file, long bytes) {}
        List<Sized> sized = new ArrayList<>();
        for (Path file : files) {
            sized.add(new Sized(file, Files.size(root.resolve(file))));
        }
        String largest =
                sized.stream()
                        .sorted(Comparator.comparingLong(Sized::bytes).reversed())
                        .limit(SHOWN)
                        .map(it -> "%s (%,d KiB)".formatted(it.file(), it.bytes() >> 10))
                        .collect(Collectors.joining(", "));
        return new IllegalArgumentException(
                "the folder %s is too large: %s; largest: %s".formatted(root, what, largest));
    }

    /** The files to pack, relative and in order. */
    private static List<Path> files(Path root) throws IOException {
        Optional<List<Path>> known = knownToGit(root);
        Set<Path> files = new TreeSet<>();
        for (Path entry : known.orElse(List.of(Path.of("")))) {
            Path file = root.resolve(entry);
            if (Files.isDirectory(file)) { // a link, a module within the module, or root itself
                walk(root, file, files);
            } else if (Files.isRegularFile(file)) {
                files.add(entry);
            }
        }
        return List.copyOf(files);
    }

    private static void walk(Path root, Path start, Set<Path> files) throws IOException {
        Files.walkFileTree(
                start,
                EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        boolean leftOut =
                                !directory.equals(root)
                                        && LEFT_OUT.contains(directory.getFileName().toString());
                        return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            files.add(root.relativize(file));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** What git tracks of the folder, or would; empty if git has nothing to say. */
    private static Optional<List<Path>> knownToGit(Path root) throws IOException {
        Process git;
        try {
            git =
                    new ProcessBuilder("git", "ls-files", "-z", "-c", "-o", "--exclude-standard")
                            .directory(root.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException _) {
            return Optional.empty(); // there is no git here
        }
        git.getOutputStream().close();
        String said = new String(git.getInputStream().readAllBytes(), UTF_8);
        try {
            if (git.waitFor() != 0) {
                return Optional.empty(); // no work tree
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return Optional.of(
                Stream.of(said.split("\0")).filter(name -> !name.isEmpty()).map(Path::of).toList());
    }

    private static byte[] zip(Path root, List<Path> files) throws IOException {
        Path directory = Files.createTempDirectory("cattino-bundle");
        Path archive = directory.resolve("bundle.zip");
        try {
            Map<String, ?> fresh = Map.of("create", true, "enablePosixFileAttributes", true);
            try (FileSystem zip = FileSystems.newFileSystem(archive, fresh)) {
                for (Path file : files) {
                    add(root.resolve(file), zip.getPath("/" + file));
                }
            }
            return Files.readAllBytes(archive);
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(directory);
        }
    }

    private static void add(Path file, Path entry) throws IOException {
        Path parent = entry.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(entry, Files.readAllBytes(file));
        Files.setPosixFilePermissions(
                entry,
                PosixFilePermissions.fromString(
                        Files.isExecutable(file) ? "rwxr-xr-x" : "rw-r--r--"));
        for (Path dated = entry; dated != null && dated.getParent() != null; ) {
            Files.getFileAttributeView(dated, BasicFileAttributeView.class)
                    .setTimes(TIME, TIME, TIME);
            dated = dated.getParent();
        }
    }
}
