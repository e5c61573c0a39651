package io.patchbay.store.etcd;

import io.etcd.jetcd.common.exception.EtcdException;
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
    private final Supplier<EtcdSettings> settings;
    private final String root;
    private final Supplier<Optional<String>> tlsProblem;

    /** {@code tlsProblem} says what is wrong with the certificates' files as they are now. */
    Failures(Supplier<EtcdSettings> settings, Keyspace keyspace, Supplier<Optional<String>> tlsProblem) {
        this.settings = settings;
        this.root = keyspace.root().toString();
        this.tlsProblem = tlsProblem;
    }

    /**
     * {@code sent} says whether any of the request may have left this host, {@code limit} how long the attempt could
     * take.
     */
    Failure of(Throwable thrown, boolean sent, Duration limit) {
        Status status = status(thrown);
        if (status.getCode() == Status.Code.UNAUTHENTICATED && status.getCause() != null) {
            // the login before it failed
            return notBegun(of(status.getCause(), sent, limit));
        }
        String text = String.valueOf(status.getDescription());
        return fromEtcd(status.getCode(), text, thrown)
                .or(() -> fromConnection(thrown, text, sent))
                .orElseGet(() -> fromTransport(status, text, thrown, sent, limit));
    }

    private static Failure notBegun(Failure login) {
        return login.sort().maybeApplied() ? new Failure(Sort.NOT_SENT, login.reason(), login) : login;
    }

    /** What gRPC said, also where jetcd has made something else of it. */
    private static Status status(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof EtcdException etcd) {
                String words = String.valueOf(etcd.getMessage());
                return Status.Code.valueOf(etcd.getErrorCode().name())
                        .toStatus()
                        .withDescription(words.substring(Math.max(0, words.indexOf("etcdserver: "))))
                        .withCause(etcd.getCause());
            }
        }
        return Status.fromThrowable(thrown);
    }

    /** What an error of etcd's means, and how it is told. */
    private record Meaning(Sort sort, String words) {}

    /** etcd's own errors all name the part of it they come from. */
    private Optional<Failure> fromEtcd(Status.Code code, String text, Throwable thrown) {
        if (!text.startsWith("etcdserver: ") && !text.startsWith("raft") && !text.startsWith("auth: ")) {
            return Optional.empty();
        }
        Meaning meaning = meaning(code, text.substring(text.indexOf(": ") + 2));
        return Optional.of(new Failure(meaning.sort(), meaning.words(), thrown));
    }

    private Meaning meaning(Status.Code code, String said) {
        return switch (said) {
            case "no leader", "not capable" ->
                new Meaning(Sort.NO_LEADER, "it has no leader, as less than a majority of the members is up");
            case "leader changed", "server stopped", "unhealthy cluster", "corrupt cluster" ->
                new Meaning(Sort.UNFINISHED, "etcd says " + said);
            case "mvcc: required revision is a future revision" -> new Meaning(Sort.UNFINISHED, "etcd says " + said);
            case "invalid auth token", "revision of auth store is old" -> new Meaning(Sort.LOGIN, "etcd says " + said);
            case "authentication failed, invalid user ID or password" ->
                new Meaning(Sort.SHUT_OUT, "the user " + user() + " or its password is wrong");
            case "authentication is not enabled" ->
                new Meaning(Sort.SHUT_OUT, "it has no users, so --etcd-user and --etcd-password-file must not be set");
            case "user name is empty", "user name not found" -> new Meaning(Sort.REFUSED, wantsUser());
            case "permission denied" ->
                new Meaning(Sort.REFUSED, "the user " + user() + " may not read and write " + root);
            case "request is too large", "too many operations in txn request" ->
                new Meaning(Sort.WRONG, "etcd says " + said);
            case "mvcc: database space exceeded" ->
                new Meaning(Sort.FULL, "its database is full and takes no more writes (etcd's alarm NOSPACE)");
            case "requested lease not found" -> new Meaning(Sort.LEASE_GONE, "the lease is over");
            case "mvcc: required revision has been compacted" ->
                new Meaning(Sort.COMPACTED, "the revision is no longer kept");
            default -> other(code, said);
        };
    }

    private static Meaning other(Status.Code code, String said) {
        if (said.startsWith("request timed out")) {
            return new Meaning(Sort.UNFINISHED, "it could not agree with a majority of the members in time");
        }
        boolean busy = said.equals("too many requests") || said.startsWith("proposal dropped");
        boolean passing = code == Status.Code.UNAVAILABLE || code == Status.Code.UNKNOWN;
        return new Meaning(busy ? Sort.BUSY : passing ? Sort.UNFINISHED : Sort.REFUSED, "etcd says " + said);
    }

    private String user() {
        return settings.get().user().map(EtcdSettings.User::name).orElse("of this client's certificate");
    }

    private String wantsUser() {
        return settings.get()
                .user()
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
        }
        Optional<String> distrust = tlsReason(thrown);
        if (distrust.isPresent()) {
            String why = tlsProblem.get().orElse(distrust.get());
            return Optional.of(new Failure(sent ? sort : Sort.UNFIT, why, thrown));
        }
        return text.contains("http2 exception") || text.contains("http/1.x")
                ? Optional.of(new Failure(Sort.UNFIT, "it does not speak etcd's protocol", thrown))
                : Optional.empty();
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
                    "no connection within " + seconds(settings.get().limits().connect()));
        }
        return Optional.empty();
    }

    /** What is said of a certificate says more than what is said of the handshake around it. */
    private Optional<String> tlsReason(Throwable thrown) {
        Optional<String> reason = Optional.empty();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String said = String.valueOf(cause.getMessage());
            if (said.contains("certification path")) {
                return Optional.of(
                        settings.get().tls().ca().isPresent()
                                ? "its certificate is not signed by the CA of --etcd-ca"
                                : "its certificate is not signed by a CA this JVM knows; set --etcd-ca");
            }
            if (cause instanceof CertificateException) {
                return Optional.of("its certificate is not good for it: " + said);
            }
            if (cause instanceof SSLException && reason.isEmpty()) {
                reason = Optional.of(handshakeReason(said));
            }
        }
        return reason;
    }

    private String handshakeReason(String said) {
        String small = said.toLowerCase(Locale.ROOT);
        if (small.contains("not an ssl/tls record")) {
            return "it speaks no TLS, so it must be http://";
        }
        if (small.contains("bad_certificate") || small.contains("certificate_required")) {
            return settings.get().tls().certificate().isPresent()
                    ? "it does not accept the certificate of --etcd-cert"
                    : "it wants a client's certificate; set --etcd-cert and --etcd-key";
        }
        return "no TLS connection, " + said;
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
        String other = settings.get().isTls() ? "http://" : "https://";
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
