package org.skep.scheduler;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.protocol.Platform;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.placement.Constraint;
import org.skep.scheduler.NodeKind.Plugin;

/** A reason why a node cannot take a task. Asked in this order; the first that refuses is the one that is told. */
enum Filter {
    READY(Of.NODE) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return NodeInfo.takesTasks(info.node());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return nodes + " not available for new tasks";
        }
    },

    RESOURCES(Of.LOAD) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return info.fits(needs.reservations());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "insufficient resources on " + nodes;
        }
    },

    PLUGINS(Of.NODE) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            if (needs.kind().plugins().isEmpty()) {
                return true;
            }
            List<PluginDescription> present =
                    info.node().getDescription().getEngine().getPluginsList();
            return needs.kind().plugins().stream().allMatch(plugin -> has(present, plugin));
        }

        private boolean has(List<PluginDescription> present, Plugin wanted) {
            boolean typeIsListed = false;
            for (PluginDescription plugin : present) {
                if (plugin.getType().equals(wanted.type())) {
                    typeIsListed = true;
                    if (plugin.getName().equals(wanted.name())) {
                        return true;
                    }
                }
            }
            // Engines that do not list their log drivers have them all the same.
            return wanted.type().equals("Log") && !typeIsListed;
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "missing "
                    + needs.kind().plugins().stream().map(Plugin::toString).collect(Collectors.joining(" or ")) + " on "
                    + nodes;
        }
    },

    CONSTRAINTS(Of.NODE) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return Constraint.allMet(needs.kind().constraints(), info.node());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "scheduling constraints not satisfied on " + nodes;
        }
    },

    PLATFORM(Of.NODE) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            if (needs.kind().platforms().isEmpty()) {
                return true;
            }
            Platform node = info.node().getDescription().getPlatform();
            return needs.kind().platforms().stream()
                    .anyMatch(wanted -> matches(wanted.getOs(), node.getOs())
                            && matches(architecture(wanted.getArchitecture()), architecture(node.getArchitecture())));
        }

        private boolean matches(String wanted, String actual) {
            return wanted.isEmpty() || wanted.equals(actual);
        }

        private String architecture(String name) {
            return switch (name) {
                case "x86_64" -> "amd64";
                case "aarch64" -> "arm64";
                default -> name;
            };
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "unsupported platform on " + nodes;
        }
    },

    HOST_PORTS(Of.LOAD) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return info.free(needs.hostPorts());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "host-mode port already in use on " + nodes;
        }
    },

    MAX_REPLICAS(Of.LOAD) {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return needs.maxReplicas() == 0 || info.active(needs.serviceId()) < needs.maxReplicas();
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "max replicas per node limit exceeded on " + nodes;
        }
    };

    /** What the answer depends on. */
    private enum Of {
        NODE,
        LOAD
    }

    private static final Filter[] ALL = values();
    private static final Filter[] OF_NODE = of(Of.NODE);
    private static final Filter[] OF_LOAD = of(Of.LOAD);

    private final Of of;

    Filter(Of of) {
        this.of = of;
    }

    private static Filter[] of(Of what) {
        return Arrays.stream(ALL).filter(filter -> filter.of == what).toArray(Filter[]::new);
    }

    abstract boolean accepts(NodeInfo info, TaskNeeds needs);

    /** @param nodes how many nodes this filter refused, as words */
    abstract String refusal(TaskNeeds needs, String nodes);

    /** Whether the node would take the task if nothing else ran there. */
    static boolean suits(NodeInfo info, TaskNeeds needs) {
        return refusing(OF_NODE, info, needs) == null;
    }

    /** Whether there is room on a node that suits. */
    static boolean hasRoom(NodeInfo info, TaskNeeds needs) {
        return refusing(OF_LOAD, info, needs) == null;
    }

    /** The first filter that refuses, or none if the node takes the task. */
    static Optional<Filter> refusing(NodeInfo info, TaskNeeds needs) {
        return Optional.ofNullable(refusing(ALL, info, needs));
    }

    private static Filter refusing(Filter[] filters, NodeInfo info, TaskNeeds needs) {
        for (Filter filter : filters) {
            if (!filter.accepts(info, needs)) {
                return filter;
            }
        }
        return null;
    }
}
