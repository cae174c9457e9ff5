package io.cattino.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {

    @TempDir Path directory;

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static Map<String, String> content(Bundle bundle) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle.zip()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    content.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
                }
            }
        }
        return content;
    }

    @Test
    void holdsTheFolderButNotWhatIsMadeAnew() throws IOException {
        write("train.py", "import lib.model");
        write("lib/model.py", "x = 1");
        write("lib/__pycache__/model.pyc", "old");
        write(".venv/bin/python", "huge");
        write(".git/config", "mine");
        Files.createSymbolicLink(directory.resolve("linked.py"), Path.of("train.py"));
        Bundle bundle = Bundle.of(directory);
        assertThat(content(bundle))
                .containsOnlyKeys("train.py", "lib/model.py", "linked.py")
                .containsEntry("linked.py", "import lib.model");
        assertThat(bundle.files()).isEqualTo(3);
    }

    @Test
    void heedsWhatGitIgnores() throws Exception {
        assertThat(new ProcessBuilder("git", "init", "-q", directory.toString()).start().waitFor())
                .isZero();
        write(".gitignore", "/data/\n*.ckpt\n");
        write("train.py", "1");
        write("data/huge.bin", "2");
        write("sub/best.ckpt", "3");
        write("sub/model.py", "4");
        assertThat(content(Bundle.of(directory)))
                .containsOnlyKeys(".gitignore", "train.py", "sub/model.py");
        assertThat(content(Bundle.of(directory.resolve("sub")))).containsOnlyKeys("model.py");
    }

    private static void git(Path folder) throws Exception {
        assertThat(new ProcessBuilder("git", "init", "-q", folder.toString()).start().waitFor())
                .isZero();
    }

    @Test
    void heedsWhatGitIgnoresInAWorkTreeWithinAFolder() throws Exception {
        write("train.py", "1");
        for (String inner : List.of("module", "module/deeper")) {
            write(inner + "/.gitignore", ".env\n");
            write(inner + "/.env", "SECRET=1");
            write(inner + "/code.py", "2");
            git(directory.resolve(inner));
        }
        List<String> files =
                List.of(
                        "train.py",
                        "module/.gitignore",
                        "module/code.py",
                        "module/deeper/.gitignore",
                        "module/deeper/code.py");
        assertThat(content(Bundle.of(directory))).containsOnlyKeys(files);
        git(directory);
        assertThat(content(Bundle.of(directory))).containsOnlyKeys(files);
    }

    @Test
    void refusesWhenGitCannotSayWhatItIgnores() throws Exception {
        git(directory);
        write("train.py", "1");
        write(".gitignore", ".env");
        write(".env", "SECRET=1");
        write(".git/index", "torn");
        assertThatThrownBy(() -> Bundle.of(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("git cannot say what it ignores in " + directory)
                .hasMessageContaining("index");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void followsNoLinkBackIntoAFolderAroundIt(boolean isWorkTree) throws Exception {
        write("a/train.py", "1");
        Files.createSymbolicLink(directory.resolve("self"), Path.of("."));
        Files.createSymbolicLink(directory.resolve("a/up"), Path.of(".."));
        Files.createSymbolicLink(directory.resolve("a/itself"), Path.of("itself"));
        if (isWorkTree) {
            git(directory);
        }
        assertThat(content(Bundle.of(directory))).containsOnlyKeys("a/train.py");
    }

    @Test
    void refusesNamesThatWouldBeOthersOnTheNode() throws Exception {
        write("a\\b", "1");
        assertThatThrownBy(() -> Bundle.of(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no archive can hold the backslash in 'a\\b': call it otherwise");
        Files.delete(directory.resolve("a\\b"));
        write("a\uFFFDb", "1");
        assertThatThrownBy(() -> Bundle.of(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the name 'a\uFFFDb' in ")
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void stopsLookingAtMoreFilesThanItMayHave() throws IOException {
        Path many = Files.createDirectories(directory.resolve("many"));
        for (int i = 0; i <= 10_000; i++) {
            Files.createFile(many.resolve("f" + i));
        }
        assertThatThrownBy(() -> Bundle.of(directory))
                .isInstanceOf(Bundle.TooLarge.class)
                .hasMessageContaining("is too large: more than 10,000 files; largest: many/f");
    }

    @Test
    void knowsWhichFoldersItsCopyHas() throws IOException {
        write("a/b/train.py", "1");
        Files.createDirectories(directory.resolve("a/empty"));
        Bundle bundle = Bundle.of(directory);
        for (String there : List.of("", "a", "a/b")) {
            assertThat(bundle.copies(directory.resolve(there))).isTrue();
        }
        for (String missing : List.of("a/empty", "c", "..")) {
            assertThat(bundle.copies(directory.resolve(missing).normalize())).isFalse();
        }
    }

    @Test
    void isTheSameForTheSameContent() throws IOException {
        Path file = write("a/train.py", "1");
        write("b.txt", "2");
        byte[] once = Bundle.of(directory).zip();
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
        assertThat(Bundle.of(directory).zip()).isEqualTo(once);
        write("b.txt", "3");
        assertThat(Bundle.of(directory).zip()).isNotEqualTo(once);
    }

    @Test
    void knowsItsFilesByWayOfLinks() throws IOException {
        Path file = write("src/train.py", "1");
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, Path.of("src"));
        Bundle bundle = Bundle.of(link);
        assertThat(bundle.root()).isEqualTo(directory.resolve("src").toRealPath());
        assertThat(bundle.canonical(link.resolve("train.py"))).isEqualTo(file.toRealPath());
        assertThat(bundle.holds(link)).isTrue();
        assertThat(bundle.holds(directory)).isFalse();
        assertThat(bundle.canonical(directory)).isEqualTo(directory);
    }

    @Test
    void refusesWhatIsTooLargeAndNamesTheLargestFiles() throws IOException {
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        Files.write(directory.resolve("weights.bin"), noise);
        write("train.py", "1");
        assertThatThrownBy(() -> Bundle.of(directory))
                .isInstanceOf(Bundle.TooLarge.class)
                .hasMessageMatching(
                        "the folder .* is too large: 3,07\\d KiB packed; at most 2,048 KiB;"
                                + " largest: weights.bin \\(3,072 KiB\\), train.py \\(0 KiB\\)");
    }

    @Test
    void refusesWhatIsNoFolderOrEmpty() throws IOException {
        Path file = write("file", "x");
        assertThatThrownBy(() -> Bundle.of(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no folder " + file);
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> Bundle.of(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no file in ");
    }
}
