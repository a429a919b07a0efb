package org.skep.scheduler;

import java.util.List;
import java.util.stream.Collectors;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Platform;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.placement.Constraint;
import org.skep.scheduler.TaskNeeds.Plugin;

/** A reason why a node cannot take a task. Asked in this order; the first that refuses is the one that is told. */
enum Filter {
    READY {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            Node node = info.node();
            return node.getStatus().getState() == NodeStatus.State.READY
                    && node.getSpec().getAvailability() == Availability.ACTIVE;
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return nodes + " not available for new tasks";
        }
    },

    RESOURCES {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return info.fits(needs.reservations());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "insufficient resources on " + nodes;
        }
    },

    PLUGINS {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            if (needs.plugins().isEmpty()) {
                return true;
            }
            List<PluginDescription> present =
                    info.node().getDescription().getEngine().getPluginsList();
            return needs.plugins().stream().allMatch(plugin -> has(present, plugin));
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
                    + needs.plugins().stream().map(Plugin::toString).collect(Collectors.joining(" or ")) + " on "
                    + nodes;
        }
    },

    CONSTRAINTS {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return Constraint.allMet(needs.constraints(), info.node());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "scheduling constraints not satisfied on " + nodes;
        }
    },

    PLATFORM {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            if (needs.platforms().isEmpty()) {
                return true;
            }
            Platform node = info.node().getDescription().getPlatform();
            return needs.platforms().stream()
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

    HOST_PORTS {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return info.free(needs.hostPorts());
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "host-mode port already in use on " + nodes;
        }
    },

    MAX_REPLICAS {
        @Override
        boolean accepts(NodeInfo info, TaskNeeds needs) {
            return needs.maxReplicas() == 0 || info.active(needs.serviceId()) < needs.maxReplicas();
        }

        @Override
        String refusal(TaskNeeds needs, String nodes) {
            return "max replicas per node limit exceeded on " + nodes;
        }
    };

    abstract boolean accepts(NodeInfo info, TaskNeeds needs);

    /** @param nodes how many nodes this filter refused, as words */
    abstract String refusal(TaskNeeds needs, String nodes);
}
