package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {

    @TempDir Path directory;
    private Path runDir;
    private Path copy;

    @BeforeEach
    void makePaths() {
        runDir = directory.resolve("2026-11-27/08-00-00");
        copy = runDir.resolve("@bundle");
    }

    private byte[] folder() throws IOException {
        Path archive = directory.resolve("made.zip");
        Map<String, ?> fresh = Map.of("create", true, "enablePosixFileAttributes", true);
        try (FileSystem zip = FileSystems.newFileSystem(archive, fresh)) {
            Path run = zip.getPath("/bin/run");
            Files.createDirectories(zip.getPath("/bin"));
            Files.writeString(run, "#!/bin/sh\n");
            Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path data = zip.getPath("/mäh.txt");
            Files.writeString(data, "data");
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rw-r--r--"));
        }
        byte[] bytes = Files.readAllBytes(archive);
        Files.delete(archive);
        return bytes;
    }

    private Bundle bundle(byte[] zip) {
        return new Bundle(Path.of("/src"), () -> zip, runDir);
    }

    private List<String> unpacked() throws IOException {
        try (Stream<Path> files = Files.walk(runDir)) {
            return files.map(runDir::relativize).map(Path::toString).sorted().toList();
        }
    }

    @Test
    void appearsWholeWithItsPrograms() throws IOException {
        bundle(folder()).unpack();
        assertThat(unpacked())
                .containsExactly(
                        "", "@bundle", "@bundle/bin", "@bundle/bin/run", "@bundle/mäh.txt");
        assertThat(copy.resolve("bin/run")).isExecutable().hasContent("#!/bin/sh\n");
        assertThat(Files.isExecutable(copy.resolve("mäh.txt"))).isFalse();
    }

    @Test
    void isUnpackedOnceWhoeverElseDoes() throws Exception {
        byte[] zip = folder();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> unpack =
                    () -> {
                        bundle(zip).unpack();
                        return Files.exists(copy.resolve("bin/run"));
                    };
            for (Future<Boolean> one :
                    many.invokeAll(Stream.generate(() -> unpack).limit(20).toList())) {
                assertThat(one.get()).isTrue();
            }
        }
        Files.writeString(copy.resolve("mäh.txt"), "written by a task");
        Supplier<byte[]> unneeded =
                () -> {
                    throw new AssertionError("it is there already");
                };
        new Bundle(Path.of("/src"), unneeded, runDir).unpack();
        assertThat(copy.resolve("mäh.txt")).hasContent("written by a task");
        assertThat(unpacked()).hasSize(5);
    }

    @Test
    void saysThatSomethingElseIsInItsPlace() throws IOException {
        Files.createDirectories(runDir);
        Files.writeString(copy, "a task wrote this");
        assertThatThrownBy(() -> bundle(folder()).unpack())
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(copy.toString());
        Files.delete(copy);
        Files.createSymbolicLink(copy, Path.of("nowhere"));
        assertThatThrownBy(() -> bundle(folder()).unpack())
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(unpacked()).containsExactly("", "@bundle");
    }

    @Test
    void placesWhatLiesInIt() {
        Bundle bundle = new Bundle(Path.of("/home/ada/src"), () -> new byte[0], runDir);
        assertThat(bundle.placed(Path.of("/home/ada/src"))).isEqualTo(copy);
        assertThat(bundle.placed(Path.of("/home/ada/src/lib/x.py")))
                .isEqualTo(copy.resolve("lib/x.py"));
        for (String elsewhere : List.of("/home/ada", "/home/ada/src2/x", "/data", "relative")) {
            assertThat(bundle.placed(Path.of(elsewhere))).isEqualTo(Path.of(elsewhere));
        }
    }

    @Test
    void leavesNothingOfWhatCannotBeUnpacked() throws IOException {
        for (byte[] bad :
                List.of(
                        "no archive".getBytes(StandardCharsets.US_ASCII),
                        holding("a/../../../evil"),
                        holding("a\0b"))) {
            assertThatThrownBy(() -> bundle(bad).unpack()).isInstanceOf(ZipException.class);
            assertThat(unpacked()).containsExactly("");
        }
        assertThat(directory.resolve("2026-11-27/evil")).doesNotExist();
    }

    private static byte[] holding(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(1);
        }
        return bytes.toByteArray();
    }
}
