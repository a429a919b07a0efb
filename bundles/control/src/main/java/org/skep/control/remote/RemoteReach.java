package org.skep.control.remote;

import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.control.Reach;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ExecAnswer;
import org.skep.protocol.control.ExecCall;
import org.skep.protocol.control.ExecMessage;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.reach.UsageQuestion;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.session.Inbox;
import org.skep.protocol.session.Intake;

/** Tasks, reached through the leader. */
record RemoteReach(Calls calls) implements Reach {

    @Override
    public int exec(ExecStart start, Requester by, Console console) throws InterruptedException {
        ExecCall call = ExecCall.newBuilder().setStart(start).setBy(by).build();
        return calls.talk(ControlGrpc.getExecMethod(), (Intake<ExecMessage> to, Inbox<ExecAnswer> from) -> {
            to.take(ExecMessage.newBuilder().setCall(call).build());
            for (Optional<ExecAnswer> next = from.next(); next.isPresent(); next = from.next()) {
                ExecAnswer answer = next.get();
                if (answer.hasPlace()) {
                    console.begin(
                            answer.getPlace(),
                            input -> to.take(
                                    ExecMessage.newBuilder().setInput(input).build()));
                } else if (answer.getOutput().getWhatCase() == ExecOutput.WhatCase.EXIT_CODE) {
                    return answer.getOutput().getExitCode();
                } else {
                    console.output(answer.getOutput());
                }
            }
            throw SkepException.state("EXEC_FAILED", "the leader did not say how the command ended", "");
        });
    }

    @Override
    public List<Usage> usage(List<String> taskIds) {
        return calls.ask(
                        ControlGrpc.getGetUsageMethod(),
                        UsageQuestion.newBuilder().addAllTaskIds(taskIds).build())
                .getTasksList();
    }
}
