package io.patchbay.store.etcd;

import io.etcd.jetcd.Client;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One attempt at one member: how long it may take, and whether a connection has taken the request. jetcd offers
 * neither, so gRPC's context carries it to where the calls of a client pass.
 */
final class Attempt extends ClientStreamTracer.Factory {
    private static final Context.Key<Attempt> CURRENT = Context.key("attempt");
    private static final String LOGIN = "etcdserverpb.Auth";

    /** How much later than its deadline gRPC may tell of it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Duration limit;
    private volatile boolean sent;

    /** {@code limit}: how long the attempt may take. */
    Attempt(Duration limit) {
        this.limit = limit;
    }

    /** Lets each call of a client keep to the attempt it belongs to; one that belongs to none is a stream. */
    static ClientInterceptor interceptor() {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                Attempt attempt = CURRENT.get();
                return next.newCall(method, attempt == null ? options : attempt.bound(method, options));
            }
        };
    }

    private CallOptions bound(MethodDescriptor<?, ?> method, CallOptions options) {
        CallOptions limited = options.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS);
        // what came of the login says nothing of what it was for
        return LOGIN.equals(method.getServiceName()) ? limited : limited.withStreamTracerFactory(this);
    }

    /** The answer, in time; whatever goes wrong is an {@link ExecutionException}. */
    <A> A run(Client client, Function<Client, CompletableFuture<A>> exchange)
            throws ExecutionException, InterruptedException {
        try {
            CompletableFuture<A> answer =
                    Context.current().withValue(CURRENT, this).call(() -> exchange.apply(client));
            return answer.get(limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException(Status.DEADLINE_EXCEEDED.withCause(e).asException());
        } catch (ExecutionException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new ExecutionException(e);
        }
    }

    /** Whether a connection has taken the request; then it may arrive. */
    boolean isSent() {
        return sent;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
            @Override
            public void streamCreated(Attributes transport, Metadata headers) {
                sent = true;
            }
        };
    }
}
