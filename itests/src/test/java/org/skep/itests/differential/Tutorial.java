package org.skep.itests.differential;

/** What tutorials of swarm mode do with services and nodes, on three managers called host1 to host3. */
final class Tutorial {

    private static final String SLEEP = " busybox sleep 100000";

    private final Script script;

    Tutorial(Script script) {
        this.script = script;
    }

    void run() {
        nodes();
        replicated();
        updates();
        failedUpdates();
        global();
        placement();
        jobs();
        restarts();
        drain();
        refusals();
    }

    private void nodes() {
        script.show(
                "node ls",
                "node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{if .ManagerStatus}}manager{{end}}'");
        script.run("node update --label-add zone=a host1");
        script.run("node update --label-add zone=b --label-add disk=ssd host2");
        script.run("node update --label-add zone=b host3");
        script.show("node labels", "node inspect --format '{{.Spec.Labels.zone}}' host1 host2 host3");
        script.show("node ls by label", "node ls --filter node.label=zone=b --format '{{.Hostname}}'");
    }

    private void replicated() {
        script.create(
                "web",
                "--replicas 4 --label tier=front --container-label kind=web --env MODE=test --limit-cpu 0.5"
                        + " --limit-memory 64M --reserve-memory 32M --stop-signal KILL --restart-delay 1s"
                        + " --workdir /tmp --user 1000:1000 --read-only --hostname web --mount type=tmpfs,dst=/scratch"
                        + " --update-parallelism 2 --update-delay 0s --update-monitor 100ms --update-order stop-first"
                        + " --update-failure-action pause --rollback-parallelism 0 --rollback-monitor 100ms"
                        + " --publish mode=host,target=80"
                        + SLEEP);
        script.untilReplicas("web", "4/4");
        script.show("service ls", "service ls --format '{{.Name}}|{{.Mode}}|{{.Replicas}}|{{.Image}}|{{.Ports}}'");
        script.show("names of tasks", "service ps --format '{{.Name}}' web");
        script.showTasks("four tasks", "web");
        script.showSpread("four tasks spread", "web");
        script.inspect("service inspect", "service inspect web");
        script.show("service inspect --pretty", "service inspect --pretty web");
        script.run("service scale --detach web=6");
        script.untilReplicas("web", "6/6");
        script.showSpread("six tasks spread", "web");
        script.run("service scale --detach web=2");
        script.untilReplicas("web", "2/2");
        script.until("service ps --format '{{.Name}}' web", "\\A(web.[1-9]\\s+){2}\\Z");
        script.showTasks("two tasks", "web");
        script.showSpread("two tasks spread", "web");
    }

    private void updates() {
        script.run("service update --detach --env-add MODE=real --env-add MORE=1 --label-rm tier web");
        script.untilUpdate("web", "completed");
        script.untilReplicas("web", "2/2");
        script.show(
                "environment after update",
                "service inspect --format '{{range .Spec.TaskTemplate.ContainerSpec.Env}}{{println .}}{{end}}' web");
        script.show(
                "update status", "service inspect --format '{{.UpdateStatus.State}} {{.UpdateStatus.Message}}' web");
        script.showTasks("tasks after update", "web");
        script.run("service rollback --detach web");
        script.untilUpdate("web", "rollback_completed");
        script.untilReplicas("web", "2/2");
        script.show(
                "rollback status", "service inspect --format '{{.UpdateStatus.State}} {{.UpdateStatus.Message}}' web");
        script.show(
                "environment after rollback",
                "service inspect --format '{{range .Spec.TaskTemplate.ContainerSpec.Env}}{{println .}}{{end}}' web");
        script.run("service update --detach --force web");
        script.untilUpdate("web", "completed");
        script.untilReplicas("web", "2/2");
        script.showTasks("tasks after force", "web");
        script.run("service update --detach --update-parallelism 1 web");
        script.showTasks("tasks after a change of no concern to them", "web");
        script.run("service rm web");
        script.until("service ls --format '{{.Name}}'", "\\A\\s*\\Z");
    }

    private void failedUpdates() {
        String quick =
                "--replicas 3 --stop-signal KILL --restart-condition none --update-monitor 3s --rollback-monitor 1s";
        script.create("paused", quick + " --update-failure-action pause" + SLEEP);
        script.create("reverted", quick + " --update-failure-action rollback" + SLEEP);
        script.create("careless", quick + " --update-failure-action continue" + SLEEP);
        script.untilReplicas("paused", "3/3");
        script.untilReplicas("reverted", "3/3");
        script.untilReplicas("careless", "3/3");
        script.run("service update --detach --args /no-such-program paused");
        script.run("service update --detach --args /no-such-program reverted");
        script.run("service update --detach --args /no-such-program careless");
        script.untilUpdate("paused", "paused");
        script.untilUpdate("reverted", "rollback_completed");
        script.untilUpdate("careless", "completed");
        script.untilReplicas("reverted", "3/3");
        script.untilReplicas("careless", "0/3");
        for (String service : new String[] {"paused", "reverted", "careless"}) {
            script.show(
                    service + ": state",
                    "service inspect --format '{{.UpdateStatus.State}} {{.Spec.TaskTemplate.ContainerSpec.Args}}' "
                            + service);
            script.show(service + ": message", "service inspect --format '{{.UpdateStatus.Message}}' " + service);
        }
        script.showKindsOfTasks("tasks of a paused update", "paused");
        script.run("service rm paused reverted careless");
    }

    private void global() {
        script.create("everywhere", "--mode global --stop-signal KILL" + SLEEP);
        script.untilReplicas("everywhere", "3/3");
        script.showNodes("global tasks", "everywhere");
        script.show("global in ls", "service ls --filter name=everywhere --format '{{.Name}}|{{.Mode}}|{{.Replicas}}'");
        script.inspect("global inspect", "service inspect everywhere");
        script.run("service update --detach --constraint-add node.labels.zone==b everywhere");
        script.untilReplicas("everywhere", "2/2");
        script.showNodes("global tasks under a constraint", "everywhere");
        script.run("service rm everywhere");
    }

    private void placement() {
        script.create("on-ssd", "--replicas 2 --constraint node.labels.disk==ssd --stop-signal KILL" + SLEEP);
        script.untilReplicas("on-ssd", "2/2");
        script.showNodes("under a constraint", "on-ssd");
        script.create("by-zone", "--replicas 4 --placement-pref spread=node.labels.zone --stop-signal KILL" + SLEEP);
        script.untilReplicas("by-zone", "4/4");
        script.showSpread("spread over zones", "by-zone");
        script.create("one-each", "--replicas 5 --replicas-max-per-node 1 --stop-signal KILL" + SLEEP);
        script.untilReplicas("one-each", "3/5");
        script.show("at most one each", "service ls --filter name=one-each --format '{{.Replicas}}'");
        script.until("service ps --no-trunc --format '{{.Error}}' one-each", "no suitable node");
        script.showTasks("tasks without room", "one-each");
        script.create("huge", "--reserve-memory 900G" + SLEEP);
        script.until("service ps --no-trunc --format '{{.Error}}' huge", "no suitable node");
        script.showTasks("a task too large", "huge");
        script.create("nowhere", "--constraint node.hostname==host9" + SLEEP);
        script.until("service ps --no-trunc --format '{{.Error}}' nowhere", "no suitable node");
        script.showTasks("a task that no node is for", "nowhere");
        script.run("service rm on-ssd by-zone one-each huge nowhere");
    }

    private void jobs() {
        script.create("job", "--mode replicated-job --replicas 4 --max-concurrent 2 busybox true");
        script.until("service ls --filter name=job --format '{{.Replicas}}'", "4/4 completed");
        script.show("a job done", "service ls --filter name=job --format '{{.Name}}|{{.Mode}}|{{.Replicas}}'");
        script.showTasks("tasks of a job", "job");
        script.inspect("job inspect", "service inspect job");
        script.create("survey", "--mode global-job busybox true");
        script.until("service ls --filter name=survey --format '{{.Replicas}}'", "3/3 completed");
        script.show("a global job done", "service ls --filter name=survey --format '{{.Mode}}|{{.Replicas}}'");
        script.run("service rm job survey");
    }

    private void restarts() {
        script.create("once", "--restart-condition none busybox false");
        script.until("service ps --format '{{.CurrentState}}' once", "Failed");
        script.showTasks("a task that fails for good", "once");
        script.create("thrice", "--restart-delay 0s --restart-max-attempts 2 busybox false");
        script.until("service ps --format '{{.CurrentState}}' thrice", "\\A(Failed.*\\s+){3}\\Z");
        script.showTasks("a task tried three times", "thrice");
        script.create("ended", "--restart-condition on-failure busybox true");
        script.until("service ps --format '{{.CurrentState}}' ended", "Complete");
        script.showTasks("a task that ends well", "ended");
        script.run("service rm once thrice ended");
    }

    private void drain() {
        script.create("moved", "--replicas 6 --stop-signal KILL" + SLEEP);
        script.untilReplicas("moved", "6/6");
        script.run("node update --availability drain host3");
        script.until(
                "service ps --filter desired-state=running --format '{{.Node}} {{.CurrentState}}' moved",
                "\\A(host[12] Running.*\\s+){6}\\Z");
        script.showSpread("while a node is drained", "moved");
        script.show("a drained node", "node ls --format '{{.Hostname}} {{.Status}} {{.Availability}}'");
        script.run("node update --availability active host3");
        script.run("node update --availability pause host2");
        script.run("service scale --detach moved=9");
        script.untilReplicas("moved", "9/9");
        script.showNodes("after one is active again and another is paused", "moved");
        script.run("node update --availability active host2");
        script.run("service rm moved");
    }

    private void refusals() {
        script.create("taken", "--stop-signal KILL" + SLEEP);
        script.untilReplicas("taken", "1/1");
        for (String flags : new String[] {
            "--name taken",
            "--name -bad",
            "--replicas -1",
            "--mode sometimes",
            "--mode global --replicas 2",
            "--mode replicated-job --update-delay 1s",
            "--restart-condition often",
            "--restart-delay -1s",
            "--update-max-failure-ratio 1.5",
            "--update-order sideways",
            "--constraint node.hostname=x",
            "--limit-memory 1M",
            "--limit-cpu 0.0001",
            "--reserve-memory lots",
            "--placement-pref cluster=node.labels.x",
            "--publish 99999",
            "--publish mode=host,target=80,published=8080,protocol=icmp",
            "--mount type=bind,src=/tmp",
            "--mount type=tmpfs,dst=/x --mount type=tmpfs,dst=/x",
            "--health-interval 1us",
            "--no-healthcheck --health-cmd true",
            "--endpoint-mode dnsrr --publish 80",
            "--generic-resource gpu",
            "--ulimit nofile=2:1",
            "--isolation hyperv-ish",
            "--env-file /nonexistent",
            "--max-concurrent 2",
            "--hostname '{{.Nope}}'",
        }) {
            script.attempt("refused: " + flags, "service create --detach --no-resolve-image " + flags + SLEEP);
        }
        script.attempt("update of nothing", "service update --detach nothing");
        script.attempt("rollback without a previous one", "service rollback --detach taken");
        script.attempt("scale of nothing", "service scale --detach nothing=2");
        script.attempt("remove nothing", "service rm nothing");
        script.attempt("another mode", "service update --detach --replicas 0 taken");
        script.attempt("remove a node that is up", "node rm host2");
        script.attempt("no such availability", "node update --availability gone host2");
        script.attempt("no such node", "node inspect host9");
    }
}
