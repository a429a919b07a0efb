package org.skep.raft.log;

/**
 * One entry of the log.
 *
 * @param internal whether it is consensus's own, such as a change of members
 */
public record LogRecord(long term, boolean internal, byte[] data) {}
