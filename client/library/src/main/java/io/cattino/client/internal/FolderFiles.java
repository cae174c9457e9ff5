package io.cattino.client.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which files of a folder travel: not what git ignores, in work trees within the folder too, nor
 * what is made anew. Links are followed.
 */
final class FolderFiles {

    private static final String GIT = ".git";
    private static final Set<String> LEFT_OUT =
            Set.of(
                    GIT,
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

    /** What a name has in Java that is no text in this locale. */
    private static final char UNREADABLE = '\uFFFD';

    private final Path root;
    private final int most;
    private final Set<Path> files = new TreeSet<>();

    /** Folders being looked into, without links: one that leads back to them has nothing new. */
    private final Set<Path> within = new HashSet<>();

    private FolderFiles(Path root, int most) {
        this.root = root;
        this.most = most;
    }

    /**
     * The files, relative and in order; of more than {@code most} it looks for one more.
     *
     * @param root its real path
     * @throws IllegalArgumentException if a file has a name that no archive can hold, or git cannot
     *     say what it ignores
     */
    static Set<Path> of(Path root, int most) throws IOException {
        FolderFiles found = new FolderFiles(root, most);
        found.look(root, found::collect);
        return found.files;
    }

    private boolean isFull() {
        return files.size() > most;
    }

    /** A way to look into a folder. */
    private interface Look {
        void into(Path folder) throws IOException;
    }

    private void look(Path folder, Look look) throws IOException {
        Path real = folder.toRealPath();
        if (within.add(real)) {
            look.into(folder);
            within.remove(real);
        }
    }

    /** Of a folder that may be, or lie in, a work tree of git. */
    private void collect(Path folder) throws IOException {
        Optional<List<String>> known = knownToGit(folder);
        if (known.isEmpty()) {
            walk(folder);
            return;
        }
        for (String name : known.get()) {
            if (isFull()) {
                return;
            }
            Path file = folder.resolve(path(folder, name));
            if (Files.exists(file.resolve(GIT))) { // a work tree within the work tree
                look(file, this::collect);
            } else if (Files.isDirectory(file)) { // a link
                look(file, this::walk);
            } else if (Files.isRegularFile(file)) {
                add(file);
            }
        }
    }

    private void add(Path file) {
        String name = root.relativize(file).toString();
        if (name.indexOf('\\') >= 0) {
            throw new IllegalArgumentException(
                    "no archive can hold the backslash in '%s': call it otherwise".formatted(name));
        }
        files.add(path(root, name));
    }

    /** A name that is the same on the node as here. */
    private static Path path(Path folder, String name) {
        try {
            if (name.indexOf(UNREADABLE) < 0) {
                return Path.of(name);
            }
        } catch (InvalidPathException _) {
            // as below
        }
        throw new IllegalArgumentException(
                "the name '%s' in %s is no text in this locale: LC_ALL=C.UTF-8, or call it otherwise"
                        .formatted(name, folder));
    }

    private void walk(Path start) throws IOException {
        Files.walkFileTree(
                start,
                EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        if (directory.equals(start)) {
                            return FileVisitResult.CONTINUE;
                        }
                        if (LEFT_OUT.contains(directory.getFileName().toString())) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        if (Files.exists(directory.resolve(GIT))) {
                            look(directory, FolderFiles.this::collect);
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && !file.endsWith(GIT)) {
                            add(file);
                        }
                        return isFull() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        // A link to a folder around it: its files are there already.
                        if (e instanceof FileSystemLoopException
                                || e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
    }

    /** What git tracks of the folder, or would; empty if git has nothing to say. */
    private static Optional<List<String>> knownToGit(Path folder) throws IOException {
        Path errors = Files.createTempFile("cattino-git", ".txt");
        try {
            ProcessBuilder command =
                    new ProcessBuilder("git", "ls-files", "-z", "-c", "-o", "--exclude-standard")
                            .directory(folder.toFile())
                            .redirectError(errors.toFile());
            command.environment().put("LC_ALL", "C"); // its words are read below
            // Of a hook of git that runs us; the folder says which work tree is meant.
            command.environment().keySet().removeIf(FolderFiles::saysWhichWorkTree);
            Process git;
            try {
                git = command.start();
            } catch (IOException _) {
                return Optional.empty(); // there is no git here
            }
            git.getOutputStream().close();
            String said = new String(git.getInputStream().readAllBytes(), UTF_8);
            return isWorkTree(folder, git, errors)
                    ? Optional.of(Stream.of(said.split("\0")).filter(it -> !it.isEmpty()).toList())
                    : Optional.empty();
        } finally {
            Files.delete(errors);
        }
    }

    private static boolean saysWhichWorkTree(String variable) {
        return Set.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
                .contains(variable);
    }

    /**
     * Whether what git said is all there is. If it failed in a work tree, what it ignores is not
     * known; secrets are among that.
     */
    private static boolean isWorkTree(Path folder, Process git, Path errors) throws IOException {
        try {
            if (git.waitFor() == 0) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        String why = new String(Files.readAllBytes(errors), UTF_8).strip();
        if (why.contains("not a git repository (or any") || why.contains("be run in a work tree")) {
            return false;
        }
        throw new IllegalArgumentException(
                "git cannot say what it ignores in %s (git status there says more): %s"
                        .formatted(folder, why.lines().findFirst().orElse("it failed")));
    }
}
