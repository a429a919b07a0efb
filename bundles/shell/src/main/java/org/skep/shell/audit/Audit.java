package org.skep.shell.audit;

/** Keeps what happened. Never fails: a full disk must not lock the operator out. */
public interface Audit {

    void record(AuditEvent event);
}
