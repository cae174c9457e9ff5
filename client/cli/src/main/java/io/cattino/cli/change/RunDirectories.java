package io.cattino.cli.change;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directories of submissions in a home: {@code 2026-11-22/08-14-10}, {@code
 * 2026-11-22/08-14-10_1}. Nothing else in it is ever looked at, and no link is followed.
 */
final class RunDirectories {

    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
    private static final Pattern TIME = Pattern.compile("\\d\\d-\\d\\d-\\d\\d(?:_\\d+)?");
    private static final DateTimeFormatter CREATED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd/HH-mm-ss", Locale.ROOT);
    private static final int CREATED_LENGTH = "2026-11-22/08-14-10".length();

    private RunDirectories() {}

    /**
     * One of them.
     *
     * @param path absolute
     * @param created when the submission was accepted, as its name says
     */
    record RunDirectory(Path path, LocalDateTime created) {}

    /** All of a home, oldest first. */
    static List<RunDirectory> of(Path home) throws IOException {
        List<RunDirectory> found = new ArrayList<>();
        for (Path day : children(home, DAY)) {
            for (Path time : children(day, TIME)) {
                String name = day.getFileName() + "/" + time.getFileName();
                LocalDateTime created = created(name.substring(0, CREATED_LENGTH));
                if (created != null) {
                    found.add(new RunDirectory(time, created));
                }
            }
        }
        return found;
    }

    private static @Nullable LocalDateTime created(String name) {
        try {
            return LocalDateTime.parse(name, CREATED);
        } catch (DateTimeException _) {
            // 2026-99-99 is not ours.
            return null;
        }
    }

    private static List<Path> children(Path directory, Pattern named) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> named.matcher(file.getFileName().toString()).matches())
                    .filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /**
     * Deletes one with all that is in it, and its day if that is empty then. Links go, what they
     * lead to stays.
     *
     * @return bytes that its files had
     * @throws IOException if something could not be deleted; the rest is still there
     */
    static long delete(RunDirectory directory) throws IOException {
        var deletion = new Deletion();
        Files.walkFileTree(directory.path(), deletion);
        Path day = directory.path().getParent();
        if (day != null) {
            try {
                Files.deleteIfExists(day);
            } catch (DirectoryNotEmptyException _) {
                // There are others of that day.
                return deletion.bytes;
            }
        }
        return deletion.bytes;
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        private long bytes;

        /** A task may have taken the write permission away; it is the user's own directory. */
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                throws IOException {
            if (!Files.isWritable(directory) && !directory.toFile().setWritable(true, true)) {
                throw new IOException("cannot write to " + directory);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            bytes += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
