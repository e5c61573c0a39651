package io.patchbay.store.etcd;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to reach an etcd cluster, and which part of it is ours.
 *
 * @param endpoints of its members; all with TLS or all without
 * @param cluster names the part: keys are under {@code /patchbay/v1/<cluster>/}
 * @param user who to log in as; empty when etcd has no users or goes by the client's certificate
 * @param tls certificates; of no meaning without TLS
 * @param limits how long calls may take
 */
public record EtcdSettings(
        List<Endpoint> endpoints, String cluster, Optional<User> user, TlsFiles tls, EtcdLimits limits) {
    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("an etcd cluster needs at least one endpoint");
        }
    }

    /** Whether the members speak TLS. */
    boolean isTls() {
        return endpoints.stream().anyMatch(Endpoint::tls);
    }

    /** Where a member listens for clients. */
    public record Endpoint(String host, int port, boolean tls) {
        String authority() {
            return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
        }

        @Override
        public String toString() {
            return (tls ? "https://" : "http://") + authority();
        }
    }

    /** A user of etcd; the file's text without line ends is the password, read again at each login. */
    public record User(String name, Path passwordFile) {}

    /**
     * PEM files, read again for each connection.
     *
     * @param ca whom to trust; empty for the JVM's own list
     * @param certificate this client's, with {@code key}; empty for none
     */
    public record TlsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
        public static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
