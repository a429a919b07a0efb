package org.skep.api.node;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Who a node is, as its certificate says.
 *
 * @param manager whether the certificate is a manager's
 * @param clusterId the swarm that issued it
 */
public record NodeIdentity(String nodeId, boolean manager, String clusterId) {

    /** The unit of managers in certificates, and the name under which they answer nodes. */
    public static final String MANAGER_UNIT = "swarm-manager";

    public static final String WORKER_UNIT = "swarm-worker";

    /** The name of root CAs, and the one under which managers answer calls about certificates. */
    public static final String AUTHORITY = "swarm-ca";

    /** @throws CertificateException if the subject is not that of a node */
    public static NodeIdentity of(X509Certificate certificate) throws CertificateException {
        Map<String, String> subject;
        try {
            subject = new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .collect(Collectors.toMap(
                                    Rdn::getType, part -> String.valueOf(part.getValue()), (first, second) -> second));
        } catch (InvalidNameException e) {
            throw new CertificateException("no distinguished name: " + certificate.getSubjectX500Principal(), e);
        }
        String node = subject.getOrDefault("CN", "");
        String unit = subject.getOrDefault("OU", "");
        String cluster = subject.getOrDefault("O", "");
        boolean manager = unit.equals(MANAGER_UNIT);
        if (node.isEmpty() || cluster.isEmpty() || !(manager || unit.equals(WORKER_UNIT))) {
            throw new CertificateException("not the certificate of a node: " + certificate.getSubjectX500Principal());
        }
        return new NodeIdentity(node, manager, cluster);
    }

    /** The unit that certificates have for its role. */
    public String unit() {
        return manager ? MANAGER_UNIT : WORKER_UNIT;
    }
}
