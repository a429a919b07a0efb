package org.skep.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.store.Change;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Store.Watch;
import org.skep.store.testing.TestStore;

class TransactionTest {

    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    static Service service(String id, String name) {
        return Service.newBuilder()
                .setId(id)
                .setSpec(ServiceSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName(name)))
                .build();
    }

    static Config config(String id, String name) {
        return Config.newBuilder()
                .setId(id)
                .setSpec(ConfigSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName(name)))
                .build();
    }

    private static ThrowableAssertAlternative<SkepException> refused(ThrowingCallable call) {
        return assertThatExceptionOfType(SkepException.class).isThrownBy(call);
    }

    @Test
    void stampsWhatItCreatesAndUpdates() {
        store.write(tx -> tx.create(service("s1", "web")));
        Service created = store.view().services().get("s1").orElseThrow();
        assertThat(created.getMeta().getVersion().getIndex()).isEqualTo(1);
        assertThat(created.getMeta().getCreatedAt()).isEqualTo(created.getMeta().getUpdatedAt());

        store.write(tx -> tx.update(created.toBuilder().setPendingDelete(true).build()));
        Service updated = store.view().services().get("s1").orElseThrow();
        assertThat(updated.getMeta().getVersion().getIndex()).isEqualTo(2);
        assertThat(updated.getMeta().getCreatedAt()).isEqualTo(created.getMeta().getCreatedAt());
        assertThat(updated.getPendingDelete()).isTrue();
        assertThat(store.view().index()).isEqualTo(2);
    }

    @Test
    void refusesAStaleVersion() {
        store.write(tx -> tx.create(service("s1", "web")));
        Service stale = store.view().services().get("s1").orElseThrow();
        store.write(tx -> tx.update(stale.toBuilder().setPendingDelete(true).build()));

        refused(() -> store.write(tx -> tx.update(service("s1", "other").toBuilder()
                        .setMeta(stale.getMeta())
                        .build())))
                .satisfies(e -> assertThat(e.code()).isEqualTo("OUT_OF_SEQUENCE"))
                .withMessageContaining("update out of sequence");
        assertThat(store.entries()).isEqualTo(2);
    }

    @Test
    void keepsNamesUniqueWithoutRegardToCase() {
        store.write(tx -> tx.create(service("s1", "Web")));

        refused(() -> store.write(tx -> tx.create(service("s2", "wEB"))))
                .withMessageContaining("name conflicts with an existing object")
                .satisfies(e -> assertThat(e.code()).isEqualTo("NAME_CONFLICT"));
        refused(() -> store.write(tx -> tx.create(service("s1", "other"))))
                .satisfies(e -> assertThat(e.code()).isEqualTo("NAME_CONFLICT"));
        assertThat(store.view().services().named("WEB")).isPresent();
        assertThat(store.view().services().named("we")).isEmpty();
        // Another kind has names of its own.
        store.write(tx -> tx.create(config("c1", "web")));
    }

    @Test
    void aNameIsFreeAgainAfterRenamingAndDeleting() {
        store.write(tx -> tx.create(service("s1", "web")));
        store.write(tx -> tx.update(tx.services().get("s1").orElseThrow().toBuilder()
                .setSpec(service("s1", "api").getSpec())
                .build()));
        store.write(tx -> tx.create(service("s2", "web")));
        store.write(tx -> {
            tx.delete(Kind.SERVICE, "s1");
            tx.create(service("s3", "api"));
        });
        assertThat(store.view().services().named("api").orElseThrow().getId()).isEqualTo("s3");
        assertThat(store.view().services().named("web").orElseThrow().getId()).isEqualTo("s2");
    }

    @Test
    void findsNodesByHostNameThenByTheirOwn() {
        store.write(tx -> {
            tx.create(Node.newBuilder()
                    .setId("n2")
                    .setDescription(NodeDescription.newBuilder().setHostname("Host"))
                    .build());
            tx.create(Node.newBuilder()
                    .setId("n1")
                    .setDescription(NodeDescription.newBuilder().setHostname("host"))
                    .build());
        });
        assertThat(store.view().nodes().named("HOST").orElseThrow().getId()).isEqualTo("n1");
    }

    @Test
    void findsByPrefixAndGroupsTasks() {
        store.write(tx -> {
            tx.create(task("ab1", "s", "n"));
            tx.create(task("ab2", "s", ""));
            tx.create(task("b", "t", "n"));
        });
        assertThat(store.view().tasks().withIdPrefix("ab"))
                .extracting(Task::getId)
                .containsExactly("ab1", "ab2");
        assertThat(store.view().tasks().ofService("s")).extracting(Task::getId).containsExactly("ab1", "ab2");
        assertThat(store.view().tasks().onNode("n")).extracting(Task::getId).containsExactly("ab1", "b");

        store.write(tx -> {
            tx.update(tx.tasks().get("ab2").orElseThrow().toBuilder()
                    .setNodeId("n")
                    .build());
            tx.delete(Kind.TASK, "ab1");
        });
        assertThat(store.view().tasks().onNode("n")).extracting(Task::getId).containsExactly("ab2", "b");
        assertThat(store.view().tasks().ofService("none")).isEmpty();
    }

    @Test
    void tasksAreFoundByTheirSlot() {
        store.write(tx -> {
            tx.create(Task.newBuilder().setId("a").setServiceId("s").setSlot(2).build());
            tx.create(Task.newBuilder().setId("b").setServiceId("s").setSlot(10).build());
            tx.create(Task.newBuilder().setId("c").setServiceId("s").setSlot(2).build());
            tx.create(Task.newBuilder().setId("d").setServiceId("t").setSlot(2).build());
        });
        assertThat(store.view().tasks().ofService("s")).extracting(Task::getId).containsExactly("a", "c", "b");
        assertThat(store.view().tasks().inSlot("s", 2)).extracting(Task::getId).containsExactly("a", "c");
        assertThat(store.view().tasks().inSlot("s", 3)).isEmpty();
        assertThat(store.view().tasks().inSlot("none", 2)).isEmpty();

        store.write(tx -> tx.update(tx.tasks().get("c").orElseThrow().toBuilder()
                .setSlot(3)
                .setServiceId("t")
                .build()));
        store.write(tx -> tx.delete(Kind.TASK, "a"));
        assertThat(store.view().tasks().inSlot("s", 2)).isEmpty();
        assertThat(store.view().tasks().inSlot("t", 3)).extracting(Task::getId).containsExactly("c");
    }

    private static Task task(String id, String service, String node) {
        return Task.newBuilder().setId(id).setServiceId(service).setNodeId(node).build();
    }

    @Test
    void writesNothingWhenNothingChanges() {
        store.write(tx -> tx.create(service("s1", "web")));
        store.write(tx -> {});
        store.write(tx -> tx.update(tx.services().get("s1").orElseThrow()));
        store.write(tx -> tx.delete(Kind.SERVICE, "none"));
        store.write(tx -> {
            tx.create(service("s2", "api"));
            tx.delete(Kind.SERVICE, "s2");
        });
        assertThat(store.entries()).isEqualTo(1);
    }

    @Test
    void abandonsWhatThrows() {
        assertThatThrownBy(() -> store.write(tx -> {
                    tx.create(service("s1", "web"));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.view().services().size()).isZero();
        store.write(tx -> tx.create(service("s1", "web")));
    }

    @Test
    void anEntryTellsOfEachObjectOnce() {
        List<Change> heard = new ArrayList<>();
        try (Watch watch = store.watch(EnumSet.allOf(Kind.class), changes -> heard.addAll(changes.changes()))) {
            store.write(tx -> {
                tx.create(service("s1", "web"));
                tx.update(tx.services().get("s1").orElseThrow().toBuilder()
                        .setPendingDelete(true)
                        .build());
            });
            store.write(tx -> {
                tx.delete(Kind.SERVICE, "s1");
                tx.create(service("s1", "again"));
            });
            assertThat(heard).hasSize(2);
            assertThat(heard.get(0).created()).isTrue();
            assertThat(heard.get(1).before()).isEqualTo(heard.get(0).after());
        }
        store.write(tx -> tx.create(service("s9", "unheard")));
        assertThat(heard).hasSize(2);
    }

    @Test
    void aWatchStartsWithAViewAndMissesNothing() {
        store.write(tx -> tx.create(service("s1", "web")));
        List<Changes> heard = new ArrayList<>();
        store.watch(Set.of(Kind.SERVICE), heard::add);
        store.write(tx -> tx.create(config("c1", "not for us")));
        store.write(tx -> tx.create(service("s2", "api")));

        assertThat(heard).hasSize(2);
        assertThat(heard.get(0).changes()).isEmpty();
        assertThat(heard.get(0).view().services().size()).isEqualTo(1);
        assertThat(heard.get(1).view().services().size()).isEqualTo(2);
    }

    @Test
    void aWatchMayWrite() throws Exception {
        store.watch(Set.of(Kind.SERVICE), changes -> {
            for (Change change : changes.changes()) {
                store.updateAsync(tx -> {
                    tx.create(config("c-" + change.id(), "of-" + change.id()));
                    return null;
                });
            }
        });
        store.write(tx -> tx.create(service("s1", "web")));
        assertThat(store.await(view -> view.configs().size() == 1).index()).isEqualTo(2);
    }

    @Test
    void aFailingWatchHarmsNobody() {
        List<Changes> heard = new ArrayList<>();
        store.watch(Set.of(Kind.SERVICE), changes -> {
            if (!changes.changes().isEmpty()) {
                throw new IllegalStateException("broken watch");
            }
        });
        store.watch(Set.of(Kind.SERVICE), heard::add);
        store.write(tx -> tx.create(service("s1", "web")));
        assertThat(heard).hasSize(2);
    }

    @Test
    void refusesWritesWithoutTheLead() {
        store.loseLead();
        refused(() -> store.write(tx -> tx.create(service("s1", "web"))))
                .satisfies(e -> assertThat(e.code()).isEqualTo("NO_LEADER"));
        assertThat(store.view().services().size()).isZero();
        store.gainLead();
        store.write(tx -> tx.create(service("s1", "web")));
    }

    @Test
    void passesOnWhyTheLogRefuses() {
        store.failWrites(SkepException.resource("LOG_UNWRITABLE", "disk full", "make room", null));
        refused(() -> store.write(tx -> tx.create(service("s1", "web"))))
                .satisfies(e -> assertThat(e.code()).isEqualTo("LOG_UNWRITABLE"));
        store.failWrites(null);
        store.write(tx -> tx.create(service("s1", "web")));
        assertThat(store.view().services().size()).isEqualTo(1);
    }
}
