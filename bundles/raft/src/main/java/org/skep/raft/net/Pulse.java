package org.skep.raft.net;

/**
 * What a manager tells the others all the time.
 *
 * @param generation of its group; empty if it belongs to none yet
 * @param term of consensus
 * @param leads whether it leads in that term
 */
public record Pulse(String generation, long term, boolean leads) {

    /** Whether the two may talk: one that belongs to no group yet may learn from any. */
    boolean fits(Pulse other) {
        return generation.isEmpty() || other.generation.isEmpty() || generation.equals(other.generation);
    }
}
