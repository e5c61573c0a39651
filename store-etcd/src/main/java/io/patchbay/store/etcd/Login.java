package io.patchbay.store.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.stub.ClientCalls;
import io.patchbay.store.etcd.EtcdSettings.User;
import io.patchbay.store.etcd.Failure.Sort;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The token that etcd gives for a user's name and password. It is good at all members, until etcd forgets it. */
final class Login {
    private final Optional<User> user;
    private final Wire wire;
    private volatile @Nullable String token;

    Login(Optional<User> user, Wire wire) {
        this.user = user;
        this.wire = wire;
    }

    /** The token; asks this member for one if there is none. Empty without a user. */
    Optional<String> token(Member member, Duration limit) throws Failure {
        if (user.isEmpty()) {
            return Optional.empty();
        }
        String known = token;
        if (known == null) {
            known = authenticate(user.get(), member, limit);
            token = known;
        }
        return Optional.of(known);
    }

    private String authenticate(User who, Member member, Duration limit) throws Failure {
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(who.name())
                .setPassword(password(who))
                .build();
        return wire.attempt(
                        member,
                        "authenticate",
                        Optional.empty(),
                        limit,
                        (channel, options) -> ClientCalls.blockingUnaryCall(
                                channel, AuthGrpc.getAuthenticateMethod(), options, request))
                .getToken();
    }

    private static String password(User who) throws Failure {
        try {
            return Files.readString(who.passwordFile()).replaceAll("[\r\n]+$", "");
        } catch (IOException e) {
            throw new Failure(
                    Sort.REFUSED,
                    "the password of user " + who.name() + " cannot be read from " + who.passwordFile(),
                    e);
        }
    }

    /** This token is no longer good. */
    void forget(Optional<String> old) {
        if (old.isPresent() && old.get().equals(token)) {
            token = null;
        }
    }
}
