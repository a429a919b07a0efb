package org.skep.raft.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jgroups.protocols.raft.InternalCommand;
import org.jgroups.util.Util;

/**
 * Who votes, as an entry of the log says: always the whole group, so that one entry tells all.
 *
 * @param generation the same for as long as one group goes over into the next by a majority of both; another one after
 *     force-new-cluster. Empty for a manager that does not know any group yet.
 * @param voters node IDs, in order
 */
record Group(String generation, List<String> voters) {

    static final Group NONE = new Group("", List.of());

    Group {
        voters = voters.stream().sorted().toList();
    }

    static Group founded(String nodeId) {
        return new Group(UUID.randomUUID().toString(), List.of(nodeId));
    }

    boolean has(String nodeId) {
        return voters.contains(nodeId);
    }

    int majority() {
        return voters.size() / 2 + 1;
    }

    Group with(String nodeId) {
        List<String> more = new ArrayList<>(voters);
        more.add(nodeId);
        return new Group(generation, more);
    }

    Group without(String nodeId) {
        return new Group(
                generation,
                voters.stream().filter(voter -> !voter.equals(nodeId)).toList());
    }

    /** As one word for the generation and one for each voter. */
    String text() {
        return generation + " " + String.join(" ", voters);
    }

    static Group parse(String text) {
        List<String> words = List.of(text.split(" ", -1));
        return new Group(
                words.get(0),
                words.subList(1, words.size()).stream()
                        .filter(word -> !word.isEmpty())
                        .toList());
    }

    /** As an entry of the log, in the form that JGroups understands: it takes it for a server that is added. */
    byte[] entry() {
        try {
            return Util.streamableToByteBuffer(new InternalCommand(InternalCommand.Type.addServer, text()));
        } catch (Exception e) {
            throw new IllegalStateException("a group cannot be written", e);
        }
    }

    static Group ofEntry(byte[] command, int offset, int length) {
        try {
            byte[] bytes = Arrays.copyOfRange(command, offset, offset + length);
            return parse(Entry.read(bytes).text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what JGroups does not tell. */
    private static final class Entry extends InternalCommand {
        private String text = "";

        private static Entry read(byte[] bytes) throws IOException {
            Entry entry = new Entry();
            entry.readFrom(new org.jgroups.util.ByteArrayDataInputStream(bytes));
            entry.text = entry.name;
            return entry;
        }
    }
}
