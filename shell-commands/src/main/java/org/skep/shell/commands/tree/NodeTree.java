package org.skep.shell.commands.tree;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.Map;
import org.skep.protocol.GenericResource;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeTLSInfo;
import org.skep.protocol.Resources;

/** Nodes in full, with the field names of docker's API. */
public final class NodeTree {

    private NodeTree() {}

    public static Map<String, Object> of(Node node) {
        return Tree.object(node.getId(), node.getMeta())
                .put("Spec", spec(node.getSpec()))
                .put("Description", description(node.getDescription()))
                .put(
                        "Status",
                        new Tree()
                                .put("State", Tree.word(node.getStatus().getState()))
                                .some("Message", node.getStatus().getMessage())
                                .put("Addr", node.getStatus().getAddr())
                                .build())
                .has(node.hasManagerStatus(), "ManagerStatus", node.getManagerStatus(), NodeTree::manager)
                .build();
    }

    public static String role(NodeRole role) {
        return role == NodeRole.NODE_ROLE_MANAGER ? "manager" : "worker";
    }

    private static Map<String, Object> spec(NodeSpec spec) {
        return new Tree()
                .some("Name", spec.getAnnotations().getName())
                .put("Labels", Tree.sorted(spec.getAnnotations().getLabelsMap()))
                .put("Role", role(spec.getDesiredRole()))
                .put("Availability", Tree.word(spec.getAvailability()))
                .build();
    }

    private static Map<String, Object> description(NodeDescription description) {
        return new Tree()
                .put("Hostname", description.getHostname())
                .put(
                        "Platform",
                        new Tree()
                                .put("Architecture", description.getPlatform().getArchitecture())
                                .put("OS", description.getPlatform().getOs())
                                .build())
                .put("Resources", resources(description.getResources()))
                .put(
                        "Engine",
                        new Tree()
                                .put("EngineVersion", description.getEngine().getEngineVersion())
                                .some(
                                        "Labels",
                                        Tree.sorted(description.getEngine().getLabelsMap()))
                                .put(
                                        "Plugins",
                                        Tree.list(description.getEngine().getPluginsList(), plugin -> new Tree()
                                                .put("Type", plugin.getType())
                                                .put("Name", plugin.getName())
                                                .build()))
                                .build())
                .has(description.hasTlsInfo(), "TLSInfo", description.getTlsInfo(), NodeTree::tls)
                .build();
    }

    private static Map<String, Object> tls(NodeTLSInfo info) {
        return new Tree()
                .put("TrustRoot", info.getTrustRoot().toStringUtf8())
                .put("CertIssuerSubject", base64(info.getCertIssuerSubject()))
                .put("CertIssuerPublicKey", base64(info.getCertIssuerPublicKey()))
                .build();
    }

    public static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static Map<String, Object> resources(Resources resources) {
        return amounts(resources).build();
    }

    static Tree amounts(Resources resources) {
        return new Tree()
                .some("NanoCPUs", resources.getNanoCpus())
                .some("MemoryBytes", resources.getMemoryBytes())
                .some("GenericResources", Tree.list(resources.getGenericList(), NodeTree::generic));
    }

    static Map<String, Object> generic(GenericResource resource) {
        return resource.hasNamedResourceSpec()
                ? kind(
                        "NamedResourceSpec",
                        resource.getNamedResourceSpec().getKind(),
                        resource.getNamedResourceSpec().getValue())
                : kind(
                        "DiscreteResourceSpec",
                        resource.getDiscreteResourceSpec().getKind(),
                        resource.getDiscreteResourceSpec().getValue());
    }

    private static Map<String, Object> kind(String type, String kind, Object value) {
        return new Tree()
                .put(type, new Tree().put("Kind", kind).put("Value", value).build())
                .build();
    }

    private static Map<String, Object> manager(ManagerStatus status) {
        return new Tree()
                .some("Leader", status.getLeader())
                .put("Reachability", Tree.word(status.getReachability()))
                .put("Addr", status.getAddr())
                .build();
    }
}
