package io.patchbay.store.etcd;

import io.grpc.Status;
import io.patchbay.store.etcd.Failure.Sort;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** Tells from what gRPC and etcd report what happened, in words for an operator. */
final class Failures {
    private final EtcdSettings settings;
    private final String root;
    private final Supplier<Optional<String>> tlsProblem;

    /** {@code tlsProblem} says what is wrong with the certificates' files as they are now. */
    Failures(EtcdSettings settings, Keyspace keyspace, Supplier<Optional<String>> tlsProblem) {
        this.settings = settings;
        this.root = keyspace.root();
        this.tlsProblem = tlsProblem;
    }

    /** {@code sent} says whether any of the request may have left this host, {@code limit} how long the attempt could take. */
    Failure of(Throwable thrown, boolean sent, Duration limit) {
        Status status = Status.fromThrowable(thrown);
        String text = String.valueOf(status.getDescription());
        return fromEtcd(status.getCode(), text, thrown)
                .or(() -> fromConnection(thrown, text, sent))
                .orElseGet(() -> fromTransport(status, text, thrown, sent, limit));
    }

    /** etcd's own errors all name the part of it they come from. */
    private Optional<Failure> fromEtcd(Status.Code code, String text, Throwable thrown) {
        if (!text.startsWith("etcdserver: ") && !text.startsWith("raft") && !text.startsWith("auth: ")) {
            return Optional.empty();
        }
        String said = text.substring(text.indexOf(": ") + 2);
        return Optional.of(
                switch (said) {
                    case "no leader", "not capable" ->
                        new Failure(
                                Sort.NO_LEADER,
                                "it has no leader, as less than a majority of the members is up",
                                thrown);
                    case "leader changed", "server stopped", "unhealthy cluster", "corrupt cluster" ->
                        new Failure(Sort.UNFINISHED, "etcd says " + said, thrown);
                    case "too many requests" -> new Failure(Sort.BUSY, "etcd says " + said, thrown);
                    case "invalid auth token", "revision of auth store is old" ->
                        new Failure(Sort.LOGIN, "etcd says " + said, thrown);
                    case "authentication failed, invalid user ID or password" ->
                        new Failure(Sort.REFUSED, "the user " + user() + " or its password is wrong", thrown);
                    case "user name is empty", "user name not found" -> new Failure(Sort.REFUSED, wantsUser(), thrown);
                    case "authentication is not enabled" ->
                        new Failure(
                                Sort.REFUSED,
                                "it has no users, so --etcd-user and --etcd-password-file must not be set",
                                thrown);
                    case "permission denied" ->
                        new Failure(Sort.REFUSED, "the user " + user() + " may not read and write " + root, thrown);
                    case "request is too large", "too many operations in txn request" ->
                        new Failure(Sort.WRONG, "etcd says " + said, thrown);
                    case "mvcc: database space exceeded" ->
                        new Failure(
                                Sort.FULL,
                                "its database is full and takes no more writes (etcd's alarm NOSPACE)",
                                thrown);
                    case "requested lease not found" -> new Failure(Sort.LEASE_GONE, "the lease is over", thrown);
                    case "mvcc: required revision has been compacted" ->
                        new Failure(Sort.COMPACTED, "the revision is no longer kept", thrown);
                    default -> other(code, said, thrown);
                });
    }

    private static Failure other(Status.Code code, String said, Throwable thrown) {
        if (said.startsWith("request timed out")) {
            return new Failure(Sort.UNFINISHED, "it could not agree with a majority of the members in time", thrown);
        }
        if (said.startsWith("proposal dropped")) {
            return new Failure(Sort.BUSY, "etcd says " + said, thrown);
        }
        Sort sort = code == Status.Code.UNAVAILABLE || code == Status.Code.UNKNOWN ? Sort.UNFINISHED : Sort.REFUSED;
        return new Failure(sort, "etcd says " + said, thrown);
    }

    private String user() {
        return settings.user().map(EtcdSettings.User::name).orElse("of this client's certificate");
    }

    private String wantsUser() {
        return settings.user()
                .map(user -> "the user " + user.name() + " is not known to it")
                .orElse("it wants a user; set --etcd-user and --etcd-password-file");
    }

    private Optional<Failure> fromConnection(Throwable thrown, String text, boolean sent) {
        Sort sort = sent ? Sort.NO_ANSWER : Sort.NOT_SENT;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            Optional<String> reason = connectionReason(cause);
            if (reason.isPresent()) {
                return Optional.of(new Failure(sort, reason.get(), thrown));
            }
            Optional<String> distrust = tlsReason(cause);
            if (distrust.isPresent()) {
                String why = tlsProblem.get().orElse(distrust.get());
                return Optional.of(new Failure(sent ? sort : Sort.UNFIT, why, thrown));
            }
        }
        if (text.contains("http2 exception") || text.contains("http/1.x")) {
            return Optional.of(new Failure(Sort.UNFIT, "it does not speak etcd's protocol", thrown));
        }
        return Optional.empty();
    }

    private Optional<String> connectionReason(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        String small = said.toLowerCase(Locale.ROOT);
        if (cause instanceof UnknownHostException) {
            return Optional.of("its name cannot be resolved");
        }
        if (cause instanceof NoRouteToHostException || small.contains("network is unreachable")) {
            return Optional.of("there is no route to it");
        }
        if (small.contains("connection refused")) {
            return Optional.of("connection refused");
        }
        if (cause instanceof ConnectException && small.contains("timed out")) {
            return Optional.of(
                    "no connection within " + seconds(settings.limits().connect()));
        }
        return Optional.empty();
    }

    private Optional<String> tlsReason(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (said.contains("certification path")) {
            return Optional.of(untrusted());
        }
        if (cause instanceof CertificateException) {
            return Optional.of(wrongName(said));
        }
        return cause instanceof SSLException
                ? Optional.of(handshakeReason(cause, said, said.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private String handshakeReason(Throwable cause, String said, String small) {
        for (Throwable deeper = cause.getCause(); deeper != null; deeper = deeper.getCause()) {
            String deeperSaid = String.valueOf(deeper.getMessage());
            if (deeperSaid.contains("certification path")) {
                return untrusted();
            }
            if (deeper instanceof CertificateException) {
                return wrongName(deeperSaid);
            }
        }
        if (small.contains("not an ssl/tls record")) {
            return "it speaks no TLS, so it must be http://";
        }
        if (small.contains("bad_certificate") || small.contains("certificate_required")) {
            return settings.tls().certificate().isPresent()
                    ? "it does not accept the certificate of --etcd-cert"
                    : "it wants a client's certificate; set --etcd-cert and --etcd-key";
        }
        return "no TLS connection, " + said;
    }

    private String untrusted() {
        return settings.tls().ca().isPresent()
                ? "its certificate is not signed by the CA of --etcd-ca"
                : "its certificate is not signed by a CA this JVM knows; set --etcd-ca";
    }

    private static String wrongName(String said) {
        return "its certificate is not good for it: " + said;
    }

    private Failure fromTransport(Status status, String text, Throwable thrown, boolean sent, Duration limit) {
        Sort sort = sent ? Sort.NO_ANSWER : Sort.NOT_SENT;
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED ->
                sent
                        ? new Failure(Sort.NO_ANSWER, "no answer within " + seconds(limit), thrown)
                        : new Failure(Sort.NOT_YET, "no connection within " + seconds(limit), thrown);
            case UNAVAILABLE -> new Failure(sort, broken(thrown, text, sent), thrown);
            case CANCELLED -> new Failure(sort, "the call was interrupted", thrown);
            case RESOURCE_EXHAUSTED, INVALID_ARGUMENT -> new Failure(sent ? Sort.WRONG : sort, text, thrown);
            default ->
                isClosed(thrown, text)
                        ? new Failure(sort, broken(thrown, text, sent), thrown)
                        : new Failure(
                                sort,
                                "it does not answer as etcd does (" + status.getCode() + ", " + text + ")",
                                thrown);
        };
    }

    private static boolean isClosed(Throwable thrown, String text) {
        boolean closed = text.contains("Network closed") || text.contains("channel closed") || text.contains("GOAWAY");
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            closed |= cause instanceof ClosedChannelException
                    || said.contains("connection reset")
                    || said.contains("broken pipe");
        }
        return closed;
    }

    private String broken(Throwable thrown, String text, boolean sent) {
        if (!isClosed(thrown, text)) {
            return "no connection, " + text.replace('\n', ' ');
        }
        String other = settings.isTls() ? "http://" : "https://";
        return sent ? "it closed the connection" : "it closes each new connection; should it be " + other + "?";
    }

    static String seconds(Duration time) {
        long millis = time.toMillis();
        return (millis % 1000 == 0
                        ? String.valueOf(millis / 1000)
                        : String.format(Locale.ROOT, "%.1f", millis / 1000.0))
                + " s";
    }
}
