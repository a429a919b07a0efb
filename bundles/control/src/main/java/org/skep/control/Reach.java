package org.skep.control;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecPlace;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.revision.Requester;

/** Reaches into running tasks, on whatever node they are. */
public interface Reach {

    /** The command is not there. */
    String COMMAND_NOT_FOUND = "COMMAND_NOT_FOUND";

    /** The command is there, but cannot be run. */
    String COMMAND_NOT_EXECUTABLE = "COMMAND_NOT_EXECUTABLE";

    /**
     * Runs a command inside a task until it ends. Its beginning and its end are events of the leader.
     *
     * @param start whose task is a full ID, a name, or a unique prefix of an ID; {@code SERVICE.SLOT} is the one that runs
     * @return its exit status
     * @throws org.skep.api.SkepException {@code TASK_NOT_RUNNING}, {@code NODE_UNREACHABLE}, {@code LEADER_LOST},
     *     {@link #COMMAND_NOT_FOUND}, {@link #COMMAND_NOT_EXECUTABLE}, {@code EXEC_UNSUPPORTED} or {@code EXEC_FAILED}
     * @throws InterruptedException to stop: the command is killed where the runtime can do that
     */
    int exec(ExecStart start, Requester by, Console console) throws InterruptedException;

    /**
     * What tasks have used until now. Those that do not run, or whose nodes do not answer in a moment, are left out.
     *
     * @param taskIds full IDs
     * @throws InterruptedException to stop
     */
    List<Usage> usage(List<String> taskIds) throws InterruptedException;

    /** Where a command's input comes from, and its output goes. Its methods are called on the thread that runs it. */
    interface Console {

        /** The task is found. Input may be sent from now on, from any thread. */
        void begin(ExecPlace place, Input input);

        /** May block to slow the command down. Only {@code out} and {@code err} come here. */
        void output(ExecOutput output);
    }

    /** The way to a command. */
    @FunctionalInterface
    interface Input {

        /**
         * Sends input. What the command no longer wants is dropped.
         *
         * @return completes once more may be sent
         */
        CompletionStage<Void> send(ExecInput input);
    }
}
