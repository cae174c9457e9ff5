package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files say; ContainmentTest has the kernel. */
@NullUnmarked
class CgroupsTest {

    private static final AttemptId ID = new AttemptId(1, 1, 1);

    @TempDir private Path temporary;

    @Test
    void findsItsOwnInAHierarchyOfVersionTwo() {
        String unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
        assertThat(Cgroups.own(unified, "0::/system.slice/cattino.service\n"))
                .contains(Path.of("/sys/fs/cgroup/system.slice/cattino.service"));
        assertThat(Cgroups.own(unified, "0::/system.slice/cattino.service/agent\n"))
                .contains(Path.of("/sys/fs/cgroup/system.slice/cattino.service"));
        String hybrid =
                """
                40 32 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
                41 32 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                """;
        assertThat(Cgroups.own(hybrid, "8:pids:/x\n0::/\n"))
                .contains(Path.of("/sys/fs/cgroup/unified"));
        assertThat(Cgroups.own(hybrid, "8:pids:/x\n")).isEmpty();
        assertThat(Cgroups.own("40 32 0:36 / /sys rw - cgroup cgroup rw\n", "0::/\n")).isEmpty();
    }

    @Test
    void limitsTheNumberOfProcessesWhereThatCanBe() throws IOException {
        Cgroups cgroups = new Cgroups(temporary);
        assertThat(cgroups.create(ID)).contains(new Cgroup(temporary.resolve("1.1.1")));
        Path limit = Files.createFile(temporary.resolve("1.1.1/pids.max"));
        assertThat(cgroups.create(ID)).isPresent();
        assertThat(limit).hasContent("4096");
    }

    @Test
    void tellsWhoIsInItAndInThoseMadeInIt() throws IOException {
        Cgroup cgroup = new Cgroups(temporary).create(ID).orElseThrow();
        assertThat(cgroup.isPopulated()).as("it is not there").isFalse();
        Path inner = Files.createDirectories(cgroup.path().resolve("a/b"));
        Files.writeString(cgroup.path().resolve("cgroup.procs"), "10\n11\n");
        Files.writeString(inner.resolve("cgroup.procs"), "12\n");
        assertThat(cgroup.processes()).containsExactlyInAnyOrder(10L, 11L, 12L);
        Files.writeString(cgroup.path().resolve("cgroup.events"), "populated 1\nfrozen 0\n");
        assertThat(cgroup.isPopulated()).isTrue();
        assertThat(new Cgroups(temporary).populated()).containsOnlyKeys(ID);
        Files.writeString(cgroup.path().resolve("cgroup.events"), "populated 0\nfrozen 0\n");
        assertThat(new Cgroups(temporary).populated()).isEmpty();
    }

    @Test
    void tellsWhoseCgroupAProcessIsIn() {
        Cgroups cgroups = new Cgroups(Path.of("/sys/fs/cgroup/user.slice/cattino/n-01"));
        assertThat(cgroups.owner("0::/user.slice/cattino/n-01/1.1.1\n")).contains(ID);
        assertThat(cgroups.owner("8:pids:/\n0::/user.slice/cattino/n-01/1.1.1/a/b\n")).contains(ID);
        assertThat(cgroups.owner("0::/user.slice/cattino/n-02/1.1.1\n")).isEmpty();
        assertThat(cgroups.owner("0::/user.slice/cattino/n-01\n")).isEmpty();
        assertThat(cgroups.owner("8:pids:/user.slice/cattino/n-01/1.1.1\n")).isEmpty();
        assertThat(cgroups.owner("")).isEmpty();
    }

    @Test
    void whatCannotBeReadHidesNoOtherAndCountsAsPopulated() throws IOException {
        Cgroup cgroup = new Cgroups(temporary).create(ID).orElseThrow();
        Files.createDirectory(cgroup.path().resolve("cgroup.procs")); // which cannot be read
        Files.writeString(cgroup.path().resolve("cgroup.threads"), "10\n11\n");
        Path inner = Files.createDirectories(cgroup.path().resolve("a"));
        Files.writeString(inner.resolve("cgroup.procs"), "12\n");
        assertThat(cgroup.processes()).containsExactlyInAnyOrder(10L, 11L, 12L);
        Files.createDirectory(cgroup.path().resolve("cgroup.events"));
        assertThat(cgroup.isPopulated()).isTrue();
    }
}
