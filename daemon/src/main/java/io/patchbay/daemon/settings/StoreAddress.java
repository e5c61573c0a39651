package io.patchbay.daemon.settings;

import io.patchbay.core.addr.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where state is kept, as the operator names it: {@code embedded:/var/lib/patchbay} or
 * {@code etcd:http://h1:2379,http://h2:2379}.
 */
public sealed interface StoreAddress {

    /** A directory of this host. */
    record Embedded(Path directory) implements StoreAddress {
        @Override
        public String toString() {
            return "embedded:" + directory;
        }
    }

    /** Members of an etcd cluster, all with TLS or all without. */
    record Etcd(boolean tls, List<Member> members) implements StoreAddress {
        public Etcd {
            members = List.copyOf(members);
        }

        @Override
        public String toString() {
            return members.stream()
                    .map(member -> (tls ? "https://" : "http://") + member)
                    .collect(Collectors.joining(",", "etcd:", ""));
        }
    }

    /** Of the endpoints those that are named by address; a name says nothing before it is looked up. */
    default List<IpAddress> addresses() {
        if (!(this instanceof Etcd etcd)) {
            return List.of();
        }
        return etcd.members().stream()
                .flatMap(member -> member.address().stream())
                .toList();
    }

    /** Where a member of an etcd cluster listens for clients; an IPv6 address is without its brackets. */
    record Member(String host, int port) {
        private Optional<IpAddress> address() {
            try {
                return Optional.of(IpAddress.parse(host));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
        }
    }

    static StoreAddress parse(String text) {
        if (text.startsWith("embedded:")) {
            String directory = text.substring("embedded:".length());
            if (!directory.startsWith("/")) {
                throw new IllegalArgumentException("must have an absolute path after embedded:");
            }
            return new Embedded(Path.of(directory).normalize());
        }
        if (text.startsWith("etcd:")) {
            return etcd(text.substring("etcd:".length()));
        }
        throw new IllegalArgumentException(
                "must be embedded: and an absolute path, as in embedded:/var/lib/patchbay, or etcd: and"
                        + " endpoints, as in etcd:http://h1:2379,http://h2:2379,http://h3:2379");
    }

    private static Etcd etcd(String text) {
        // a comma may be part of a password, so none of the parts is shown
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "must have endpoints such as http://h1:2379 after etcd:, divided by commas, and"
                            + " no user or password in them, which etcd-user and etcd-password-file are for");
        }
        List<Member> members = new ArrayList<>();
        List<Boolean> tls = new ArrayList<>();
        for (String endpoint : text.split(",", -1)) {
            URI uri = endpoint(endpoint.strip());
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            Member member = new Member(
                    host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                    uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
            if (members.contains(member)) {
                throw new IllegalArgumentException("must name each endpoint once, and has " + member + " twice");
            }
            members.add(member);
            tls.add("https".equalsIgnoreCase(uri.getScheme()));
        }
        if (tls.contains(true) && tls.contains(false)) {
            throw new IllegalArgumentException("must have http:// endpoints only or https:// endpoints only");
        }
        return new Etcd(tls.get(0), members);
    }

    /** etcd's own port for clients. */
    int DEFAULT_PORT = 2379;

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean bare = uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && Set.of("", "/").contains(String.valueOf(uri.getRawPath()));
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && bare
                    && uri.getPort() != 0
                    && uri.getPort() <= 0xffff) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw malformed(text, e);
        }
        throw malformed(text, null);
    }

    private static IllegalArgumentException malformed(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "must have endpoints such as http://h1:2379 after etcd:, divided by commas, and \"" + text
                        + "\" is none",
                cause);
    }
}
