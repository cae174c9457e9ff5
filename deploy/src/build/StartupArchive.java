import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Makes the command line of a distribution start fast. It starts a server of the distribution,
 * rehearses commands with it, and keeps what the JVM learned as {@code lib/cli/meow.aot}, which
 * {@code bin/meow} uses. A part of the build: {@code java StartupArchive.java DISTRIBUTION TIMESTAMP
 * SKIP}. Needs no network; fails if the archive cannot be made or is not used.
 */
public final class StartupArchive {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String REWRITTEN = "META-INF/CATTINO.txt";

    /** With a comma between the commands. What they do is undone with the server's home. */
    private static final String[] REHEARSAL =
            """
            --version , list , test , test backend , status , nodes , gpus , events
            , create true -n first -c 1 -M 1000 -p 2 , create true -n second --hold
            , list , list --json , list fullname status , list --all , test first
            , why second , describe second , why nothing , describe nothing , test nothing
            , set second.priority 3 , cancel second , resume second , cancel second
            , kill nothing , remove second , list --color always
            """
                    .strip()
                    .split("\\s+");

    private final Path distribution;
    private final Path jars;
    private final Path archive;

    private StartupArchive(Path distribution) {
        this.distribution = distribution;
        this.jars = distribution.resolve("lib/cli");
        this.archive = jars.resolve("meow.aot");
    }

    public static void main(String[] args) throws Exception {
        StartupArchive made = new StartupArchive(Path.of(args[0]).toRealPath());
        made.modernise();
        made.writeClassPath();
        made.setTimes(FileTime.from(Instant.parse(args[1])));
        if (Boolean.parseBoolean(args[2])) {
            System.out.println("No startup archive, as told: commands start slowly.");
            return;
        }
        Path home = Files.createTempDirectory("cattino-rehearsal");
        try {
            made.rehearse(home);
            made.requireUse(home);
        } finally {
            delete(home);
        }
    }

    /**
     * The JVM archives no class of before Java 6, which picocli's are: they are written anew in a
     * newer format. Their code stays the same.
     */
    private void modernise() throws IOException {
        for (Path jar : list("picocli-*.jar")) {
            Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
            try (JarFile in = new JarFile(jar.toFile())) {
                if (in.getEntry(REWRITTEN) != null) {
                    continue;
                }
                try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(rewritten))) {
                    for (JarEntry entry : in.stream().toList()) {
                        byte[] bytes = in.getInputStream(entry).readAllBytes();
                        write(out, entry.getName(), isOld(entry, bytes) ? modern(in, bytes) : bytes);
                    }
                    String notice =
                            "Changed by the build of Cattino: the classes are in the class file format"
                                    + " of Java 17, with stack maps. Nothing else is different.\n";
                    write(out, REWRITTEN, notice.getBytes(UTF_8));
                }
            }
            Files.move(rewritten, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean isOld(JarEntry entry, byte[] bytes) {
        int major = bytes.length < 8 ? 0 : (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
        return entry.getName().endsWith(".class") && major < ClassFile.JAVA_6_VERSION;
    }

    private static byte[] modern(JarFile jar, byte[] old) {
        ClassHierarchyResolver types =
                ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type))
                        .orElse(ClassHierarchyResolver.defaultResolver());
        ClassFile files =
                ClassFile.of(
                        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                        ClassFile.ClassHierarchyResolverOption.of(types));
        ClassTransform code = ClassTransform.transformingMethodBodies((out, part) -> out.with(part));
        ClassTransform version =
                (out, part) -> {
                    if (part instanceof ClassFileVersion) {
                        out.withVersion(ClassFile.JAVA_17_VERSION, 0);
                    } else {
                        out.with(part);
                    }
                };
        byte[] made = files.transformClass(files.parse(old), code.andThen(version));
        List<VerifyError> errors = files.verify(made);
        if (!errors.isEmpty()) {
            throw new IllegalStateException("a class that does not verify", errors.getFirst());
        }
        return made;
    }

    private static InputStream open(JarFile jar, ClassDesc type) {
        String descriptor = type.descriptorString();
        String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
        try {
            JarEntry entry = jar.getJarEntry(name);
            return entry == null
                    ? ClassLoader.getSystemResourceAsStream(name)
                    : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(JarOutputStream out, String name, byte[] bytes) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(java.time.LocalDateTime.of(2026, 1, 1, 0, 0));
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }

    /** The archive holds for this order only. Our own first: they are looked into most. */
    private void writeClassPath() throws IOException {
        List<String> names =
                list("*.jar").stream()
                        .map(jar -> jar.getFileName().toString())
                        .sorted(
                                Comparator.comparing((String name) -> !name.startsWith("cattino-"))
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        Files.writeString(jars.resolve("class-path"), String.join("\n", names) + "\n");
    }

    /** The archive holds for jars of these times only, and a tar file has them in whole seconds. */
    private void setTimes(FileTime time) throws IOException {
        for (Path jar : list("*.jar")) {
            Files.setLastModifiedTime(jar, time);
        }
    }

    private void rehearse(Path home) throws Exception {
        Files.deleteIfExists(archive);
        Process server =
                start(home, "run.log", Map.of(), "run", "--port", "0", "--http-port", "0", "--fake-gpus", "2x24576");
        try {
            awaitServer(home, server);
            run(home, "rehearsal.log", Map.of("CATTINO_REHEARSAL", archive.toString()), REHEARSAL);
        } finally {
            server.destroy();
            if (!server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        }
        if (!Files.isRegularFile(archive)) {
            throw failure(home, "the JVM wrote no " + archive);
        }
    }

    private void awaitServer(Path home, Process server) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Path log = home.resolve("run.log");
        while (!Files.readString(log).contains("Cattino is up")) {
            if (System.nanoTime() - end > 0 || server.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw failure(home, "no server came up to rehearse with");
            }
        }
    }

    /** The JVM would do without an archive that it does not like; here it must not. */
    private void requireUse(Path home) throws Exception {
        run(home, "use.log", Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on"), "--version");
    }

    private void run(Path home, String log, Map<String, String> variables, String... command) throws Exception {
        Process process = start(home, log, variables, command);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw failure(home, "meow %s did not end".formatted(Arrays.toString(command)));
        }
        if (process.exitValue() != 0) {
            throw failure(
                    home,
                    "meow %s: exit %d".formatted(Arrays.toString(command), process.exitValue()));
        }
    }

    private Process start(Path home, String log, Map<String, String> variables, String... command)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(distribution.resolve("bin/meow").toString()));
        words.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(new java.io.File("/dev/null"))
                        .redirectOutput(home.resolve(log).toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.putAll(
                Map.of(
                        "PATH", path,
                        "HOME", home.toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "LANG", "C.UTF-8",
                        "CATTINO_HOME", home.toString()));
        environment.putAll(variables);
        return builder.start();
    }

    /** What went wrong, with all that was said. */
    private static IllegalStateException failure(Path home, String what) throws IOException {
        StringBuilder text = new StringBuilder(what);
        try (Stream<Path> logs = Files.list(home)) {
            for (Path log : logs.filter(file -> file.toString().endsWith(".log")).toList()) {
                text.append("\n--- ").append(log.getFileName()).append('\n');
                text.append(Files.readString(log));
            }
        }
        return new IllegalStateException(text.toString());
    }

    private List<Path> list(String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(jars, glob)) {
            entries.forEach(found::add);
        }
        return found;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
