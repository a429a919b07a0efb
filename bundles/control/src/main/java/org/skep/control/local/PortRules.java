package org.skep.control.local;

import org.skep.api.SkepException;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.PortConfig;
import org.skep.protocol.placement.PublishedPorts;

/** What the published ports of one service must satisfy. */
final class PortRules {

    private PortRules() {}

    static void check(EndpointSpec endpoint) {
        if (endpoint.getMode() == EndpointSpec.ResolutionMode.UNRECOGNIZED) {
            throw SkepException.user("INVALID_ENDPOINT", "unknown endpoint mode", "vip or dnsrr");
        }
        for (PortConfig port : endpoint.getPortsList()) {
            checkPort(endpoint, port);
        }
        PublishedPorts.repeated(endpoint.getPortsList()).ifPresent(port -> {
            throw SkepException.user("INVALID_PORT", "port " + port + " is published twice", "");
        });
    }

    private static void checkPort(EndpointSpec endpoint, PortConfig port) {
        if (port.getProtocol() == PortConfig.Protocol.UNRECOGNIZED
                || port.getPublishMode() == PortConfig.PublishMode.UNRECOGNIZED) {
            throw SkepException.user(
                    "INVALID_PORT", "unknown protocol or publish mode", "tcp, udp or sctp; ingress or host");
        }
        if (port.getTargetPort() < 1 || port.getTargetPort() > 65535) {
            throw SkepException.user(
                    "INVALID_PORT",
                    "target port " + Integer.toUnsignedString(port.getTargetPort()) + " is out of range",
                    "from 1 to 65535");
        }
        if (port.getPublishedPort() < 0 || port.getPublishedPort() > 65535) {
            throw SkepException.user(
                    "INVALID_PORT",
                    "published port " + Integer.toUnsignedString(port.getPublishedPort()) + " is out of range",
                    "from 1 to 65535, or 0 for any");
        }
        if (endpoint.getMode() == EndpointSpec.ResolutionMode.DNSRR
                && port.getPublishMode() == PortConfig.PublishMode.INGRESS) {
            throw SkepException.user(
                    "INVALID_PORT", "a port published in ingress mode cannot be used with dnsrr", "use mode=host");
        }
    }
}
