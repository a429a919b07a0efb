package org.skep.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;

class CgroupsTest {

    @TempDir
    Path root;

    private Cgroups cgroups;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        cgroups = new Cgroups(root);
    }

    @Test
    void setsLimits() throws Exception {
        Path group = cgroups.create("task1", new Cgroups.Limits(500_000_000, 64 << 20, 20))
                .orElseThrow();
        assertThat(group.resolve("memory.max")).hasContent("67108864");
        assertThat(group.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(root.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
        assertThat(group.resolve("pids.max")).hasContent("20");
    }

    @Test
    void needsNoGroupWithoutLimits() {
        assertThat(cgroups.create("task1", new Cgroups.Limits(0, 0, 0))).isEmpty();
        assertThat(root.resolve("skep")).doesNotExist();
    }

    @Test
    void noticesThatTheKernelKilledForMemory() throws Exception {
        assertThat(cgroups.outOfMemory("task1")).isFalse();
        Path group = Files.createDirectories(root.resolve("skep/task1"));
        Files.writeString(group.resolve("memory.events"), "low 0\noom 1\noom_kill 0\n");
        assertThat(cgroups.outOfMemory("task1")).isFalse();
        Files.writeString(group.resolve("memory.events"), "low 0\noom 1\noom_kill 2\n");
        assertThat(cgroups.outOfMemory("task1")).isTrue();
    }

    @Test
    void tellsWhatTheKernelCounted() throws Exception {
        assertThat(cgroups.measure("task1")).isEmpty();
        Path group = Files.createDirectories(root.resolve("skep/task1"));
        Files.writeString(group.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
        Files.writeString(group.resolve("memory.current"), "4096000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 4000000\ninactive_file 96000\n");
        assertThat(cgroups.measure("task1")).contains(new Cgroups.Measured(1_500_000, 4_000_000));
    }

    @Test
    void saysWhyItCannot() throws Exception {
        Files.writeString(root.resolve("cgroup.controllers"), "hugetlb\n");
        assertThatThrownBy(() -> cgroups.check(new Cgroups.Limits(1, 0, 0)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("--limit-cpu")
                .hasMessageContaining("no memory, cpu and pids controllers");
    }
}
