package io.cattino.coordinator.rpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.proto.v1.Bundle;
import io.cattino.proto.v1.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCheckTest {

    private final Findings findings = new Findings();

    private boolean passes(String root, byte[] zip) {
        return new BundleCheck(findings).bundle(context(root, zip));
    }

    private static Context context(byte[] zip) {
        return context("/src", zip);
    }

    private static Context context(String root, byte[] zip) {
        Bundle.Builder bundle = Bundle.newBuilder().setRoot(root).setZip(ByteString.copyFrom(zip));
        return Context.newBuilder().setBundle(bundle).build();
    }

    private String refusal() {
        Rejection.Invalid invalid = (Rejection.Invalid) findings.first().orElseThrow();
        assertThat(invalid.hint()).isNotEmpty();
        return invalid.field() + " " + invalid.text();
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void takesAFolderAndNone() throws IOException {
        assertThat(passes("/src", zip("train.py", "lib/model..py", "lib/"))).isTrue();
        assertThat(new BundleCheck(findings).bundle(Context.getDefaultInstance())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", "a/..", "..", "a\\..\\b"})
    void refusesWhatLeadsOut(String name) throws IOException {
        assertThat(passes("/src", zip("train.py", name))).isFalse();
        assertThat(refusal())
                .isEqualTo("context.bundle.zip holds '" + name + "', which lies outside");
    }

    @ParameterizedTest
    @CsvSource({
        "a//b, which is no path of a file",
        "./a, which is no path of a file",
        "., which is no path of a file",
        "/, which is no path of a file",
        "train.py/x, which is a file and a folder",
        "train.py/, which is a file and a folder"
    })
    void refusesWhatNoNodeCanMake(String name, String fault) throws IOException {
        assertThat(passes("/src", zip("train.py", name))).isFalse();
        assertThat(refusal()).startsWith("context.bundle.zip holds '").endsWith(fault);
    }

    @Test
    void refusesNamesThatFileSystemsDoNotTake() throws IOException {
        assertThat(passes("/src", zip("d/".repeat(99) + "n".repeat(255)))).isTrue();
        for (String name :
                List.of(
                        "ä".repeat(128),
                        "d/".repeat(100) + "x",
                        ("n".repeat(250) + "/").repeat(9))) {
            assertThat(new BundleCheck(new Findings()).bundle(context(zip(name)))).isFalse();
        }
    }

    @Test
    void refusesAnArchiveWhoseListHasOtherNamesThanItsFiles() throws IOException {
        byte[] good = zip("train.py", "evil.py");
        String text = new String(good, ISO_8859_1);
        int listed = text.lastIndexOf("evil.py");
        String twice = text.substring(0, listed).replace("evil", "good") + text.substring(listed);
        String other = text.substring(0, listed) + "../x.py" + text.substring(listed + 7);
        String unlisted = text.substring(0, text.indexOf("PK\1\2"));
        String behind = text + "more";
        for (String bad : List.of(twice, other, unlisted, behind)) {
            Findings own = new Findings();
            assertThat(new BundleCheck(own).bundle(context(bad.getBytes(ISO_8859_1)))).isFalse();
            assertThat(own.first().orElseThrow().text())
                    .isEqualTo("is no zip archive with files in it");
        }
    }

    @Test
    void survivesAnyArchiveThatIsTorn() throws IOException {
        byte[] good = zip("train.py", "lib/model.py");
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] torn = Arrays.copyOf(good, good.length);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                torn[random.nextInt(torn.length)] = (byte) random.nextInt(256);
            }
            Findings own = new Findings();
            assertThat(new BundleCheck(own).bundle(context(torn))).isEqualTo(own.first().isEmpty());
        }
    }

    @Test
    void refusesWhatIsNoArchiveOrHasNothingInIt() throws IOException {
        byte[] random = new byte[1000];
        new Random(1).nextBytes(random);
        byte[] torn = Arrays.copyOf(zip("train.py"), 40);
        for (byte[] bad : new byte[][] {random, {}, zip(), torn}) {
            Findings own = new Findings();
            assertThat(new BundleCheck(own).bundle(context(bad))).isFalse();
            assertThat(own.first().orElseThrow().text())
                    .isEqualTo("is no zip archive with files in it");
        }
    }

    @Test
    void refusesWhatIsTooLarge() {
        assertThat(passes("/src", new byte[Limits.MAX_BUNDLE_BYTES + 1])).isFalse();
        assertThat(refusal()).startsWith("context.bundle.zip 2097153 bytes; at most 2097152");
    }

    @Test
    void refusesABombBeforeItIsUnpacked() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("zeros"));
            for (int i = 0; i < 300; i++) {
                zip.write(zeros);
            }
        }
        assertThat(bytes.size()).isLessThan(Limits.MAX_BUNDLE_BYTES);
        assertThat(passes("/src", bytes.toByteArray())).isFalse();
        assertThat(refusal())
                .isEqualTo("context.bundle.zip is more than 64 MiB or 10,000 files unpacked");
    }

    @Test
    void refusesARelativeRoot() throws IOException {
        assertThat(passes("src", zip("a"))).isFalse();
        assertThat(refusal()).isEqualTo("context.bundle.root is not absolute");
    }
}
