package org.skep.control.local;

import static org.skep.control.local.Rows.bad;
import static org.skep.control.local.Rows.container;
import static org.skep.control.local.Rows.volume;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.protocol.Mount;
import org.skep.protocol.ServiceSpec;

class MountRulesTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("two mounts", "INVALID_MOUNT", "duplicate", s -> container(s)
                        .addMounts(volume("a1", "/data"))
                        .addMounts(volume("b1", "/data/"))),
                bad("relative target", "INVALID_MOUNT", "absolute", s -> container(s)
                        .addMounts(volume("a1", "data"))),
                bad("no target", "INVALID_MOUNT", "target", s -> container(s).addMounts(volume("a1", ""))),
                bad("root target", "INVALID_MOUNT", "/", s -> container(s).addMounts(volume("a1", "/x/.."))),
                bad("path as volume", "INVALID_MOUNT", "type=bind", s -> container(s)
                        .addMounts(volume("/a", "/b"))),
                bad("volume name", "INVALID_NAME", "a/b", s -> container(s).addMounts(volume("a/b", "/b"))),
                bad("relative bind", "INVALID_MOUNT", "absolute", s -> container(s)
                        .addMounts(volume("a", "/b").setType(Mount.Type.BIND))),
                bad("tmpfs with source", "INVALID_MOUNT", "tmpfs", s -> container(s)
                        .addMounts(volume("a", "/b").setType(Mount.Type.TMPFS))),
                bad("cluster mount", "NOT_SUPPORTED", "cluster", s -> container(s)
                        .addMounts(volume("a", "/b").setType(Mount.Type.CLUSTER))),
                bad("foreign options", "INVALID_MOUNT", "bind options", s -> container(s)
                        .addMounts(volume("a1", "/b").setBindOptions(Mount.BindOptions.getDefaultInstance()))),
                bad("subpath", "INVALID_MOUNT", "leads out of the volume", s -> container(s)
                        .addMounts(volume("a1", "/b")
                                .setVolumeOptions(
                                        Mount.VolumeOptions.newBuilder().setSubpath("x/../../y")))),
                bad("recursion that may be written", "INVALID_MOUNT", "bind-recursive=writable", s -> container(s)
                        .addMounts(volume("/a", "/b")
                                .setType(Mount.Type.BIND)
                                .setBindOptions(Mount.BindOptions.newBuilder().setReadonlynonrecursive(true)))),
                bad("propagation of what is read-only", "INVALID_MOUNT", "rprivate", s -> container(s)
                        .addMounts(volume("/a", "/b")
                                .setType(Mount.Type.BIND)
                                .setReadonly(true)
                                .setBindOptions(Mount.BindOptions.newBuilder()
                                        .setReadonlyforcerecursive(true)
                                        .setPropagation(Mount.BindOptions.Propagation.RSHARED)))),
                bad("volume label", "NOT_SUPPORTED", "label", s -> container(s)
                        .addMounts(volume("a1", "/b")
                                .setVolumeOptions(
                                        Mount.VolumeOptions.newBuilder().putLabels("a", "b")))));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        Rows.assertRefused(code, fragment, change);
    }
}
