package org.skep.shell.commands.node;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.skep.api.command.Outcome;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeTLSInfo;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.Times;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.listing.Texts;
import org.skep.shell.commands.tree.NodeTree;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.Cpus;
import org.skep.shell.commands.value.GenericResources;

/** A node laid out for people. */
final class NodeSheet {

    private NodeSheet() {}

    static Outcome print(Node node) {
        NodeDescription description = node.getDescription();
        return new Sheet()
                .field("ID", node.getId())
                .some("Name", node.getSpec().getAnnotations().getName())
                .labels("Labels", node.getSpec().getAnnotations().getLabelsMap())
                .field("Hostname", description.getHostname())
                .field("Joined at", Times.instant(node.getMeta().getCreatedAt()))
                .group("Status", sheet -> sheet.field(
                                "State",
                                Texts.capital(node.getStatus().getState().name()))
                        .some("Message", node.getStatus().getMessage())
                        .field(
                                "Availability",
                                Texts.capital(node.getSpec().getAvailability().name()))
                        .some("Address", node.getStatus().getAddr()))
                .group("Manager Status", sheet -> manager(node, sheet))
                .group("Platform", sheet -> sheet.field(
                                "Operating System", description.getPlatform().getOs())
                        .field("Architecture", description.getPlatform().getArchitecture()))
                .group("Resources", sheet -> sheet.field(
                                "CPUs", Cpus.print(description.getResources().getNanoCpus()))
                        .field(
                                "Memory",
                                ByteSize.print(description.getResources().getMemoryBytes()))
                        .some(
                                "Generic",
                                description.getResources().getGenericList().stream()
                                        .map(GenericResources::print)
                                        .collect(Collectors.joining(", "))))
                .group("Plugins", sheet -> plugins(description).forEach(sheet::field))
                .field("Engine Version", description.getEngine().getEngineVersion())
                .labels("Engine Labels", description.getEngine().getLabelsMap())
                .group("TLS Info", sheet -> tls(description, sheet))
                .outcome();
    }

    private static void tls(NodeDescription description, Sheet sheet) {
        if (description.hasTlsInfo()) {
            NodeTLSInfo info = description.getTlsInfo();
            sheet.line("TrustRoot:");
            info.getTrustRoot().toStringUtf8().strip().lines().forEach(sheet::unindented);
            sheet.field("Issuer Subject", NodeTree.base64(info.getCertIssuerSubject()))
                    .field("Issuer Public Key", NodeTree.base64(info.getCertIssuerPublicKey()));
        }
    }

    private static void manager(Node node, Sheet sheet) {
        if (node.hasManagerStatus()) {
            ManagerStatus status = node.getManagerStatus();
            sheet.some("Address", status.getAddr())
                    .field("Raft Status", Texts.capital(status.getReachability().name()))
                    .field("Leader", status.getLeader() ? "Yes" : "No");
        }
    }

    private static Map<String, String> plugins(NodeDescription description) {
        return description.getEngine().getPluginsList().stream()
                .collect(Collectors.groupingBy(
                        PluginDescription::getType,
                        TreeMap::new,
                        Collectors.mapping(PluginDescription::getName, Collectors.joining(", "))));
    }
}
