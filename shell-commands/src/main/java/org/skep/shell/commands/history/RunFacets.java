package org.skep.shell.commands.history;

import static org.skep.shell.commands.history.Read.container;

import java.util.List;
import org.skep.protocol.ConfigReference;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.SecretReference;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.value.EnvVar;

/** What runs, around whom, and with what data. */
final class RunFacets {

    static final List<Facet> ALL = List.of(
            Read.text("image", ContainerSpec::getImage),
            Read.words("entrypoint", ContainerSpec::getCommandList),
            Read.words("args", ContainerSpec::getArgsList),
            Read.text("workdir", ContainerSpec::getDir),
            Read.text("user", ContainerSpec::getUser),
            Read.text("hostname", ContainerSpec::getHostname),
            Read.list("group", spec -> container(spec).getGroupsList()),
            Read.yes("tty", spec -> container(spec).getTty()),
            new Facet.Value("init", RunFacets::init),
            Read.text("stop-signal", ContainerSpec::getStopSignal),
            Read.duration("stop-grace-period", spec -> container(spec).hasStopGracePeriod(), spec -> container(spec)
                    .getStopGracePeriod()),
            Read.keyed("env", spec -> container(spec).getEnvList(), EnvVar::nameOf, variable -> variable),
            Read.labels("label", spec -> spec.getAnnotations().getLabelsMap()),
            Read.labels("container-label", spec -> container(spec).getLabelsMap()),
            new Facet.Value("log-driver", spec -> spec.getTask().getLogDriver().getName()),
            Read.keyed(
                    "log-opt",
                    spec -> List.copyOf(
                            spec.getTask().getLogDriver().getOptionsMap().entrySet()),
                    option -> option.getKey(),
                    option -> option.getValue()),
            Read.keyed("mount", spec -> container(spec).getMountsList(), Mount::getTarget, Mount::toString),
            Read.keyed(
                    "secret",
                    spec -> container(spec).getSecretsList(),
                    SecretReference::getSecretName,
                    SecretReference::toString),
            Read.keyed(
                    "config",
                    spec -> container(spec).getConfigsList(),
                    ConfigReference::getConfigName,
                    ConfigReference::toString),
            new Facet.Value("health-cmd", spec -> String.join(" ", health(spec).getTestList())),
            Read.duration("health-interval", spec -> health(spec).hasInterval(), spec -> health(spec)
                    .getInterval()),
            Read.duration("health-timeout", spec -> health(spec).hasTimeout(), spec -> health(spec)
                    .getTimeout()),
            Read.duration("health-start-period", spec -> health(spec).hasStartPeriod(), spec -> health(spec)
                    .getStartPeriod()),
            Read.duration("health-start-interval", spec -> health(spec).hasStartInterval(), spec -> health(spec)
                    .getStartInterval()),
            Read.number("health-retries", spec -> health(spec).getRetries()),
            new Facet.Value(
                    "with-registry-auth",
                    spec -> container(spec).getPullOptions().getRegistry()),
            Read.number("force", spec -> spec.getTask().getForceUpdate()));

    private RunFacets() {}

    private static HealthConfig health(ServiceSpec spec) {
        return container(spec).getHealthcheck();
    }

    private static String init(ServiceSpec spec) {
        return container(spec).hasInit()
                ? String.valueOf(container(spec).getInit().getValue())
                : "";
    }
}
