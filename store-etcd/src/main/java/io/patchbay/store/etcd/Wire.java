package io.patchbay.store.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One attempt at one member, with what every request to etcd carries. */
final class Wire {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> LEADER = Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final Failures failures;
    private final Traffic traffic;

    Wire(Failures failures, Traffic traffic) {
        this.failures = failures;
        this.traffic = traffic;
    }

    /** A request and the wait for its answer. */
    @FunctionalInterface
    interface Exchange<A> {
        A run(Channel channel, CallOptions options);
    }

    /** Does it, within {@code limit}. */
    <A> A attempt(Member member, String verb, Optional<String> token, Duration limit, Exchange<A> exchange)
            throws Failure {
        Sent sent = new Sent();
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS)
                .withStreamTracerFactory(sent);
        long start = System.nanoTime();
        boolean answered = false;
        try {
            A answer = exchange.run(channel(member, token), options);
            answered = true;
            return answer;
        } catch (StatusRuntimeException e) {
            throw failures.of(e, sent.headersWritten, limit);
        } finally {
            traffic.roundTrip(verb, answered, System.nanoTime() - start);
        }
    }

    /** The member's channel with our headers: the login, and that a member without a leader shall say so instead of waiting. */
    static Channel channel(Member member, Optional<String> token) {
        Metadata headers = new Metadata();
        headers.put(LEADER, "true");
        token.ifPresent(text -> headers.put(TOKEN, text));
        return ClientInterceptors.intercept(member.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    Failures failures() {
        return failures;
    }

    /** Knows whether any of a request was handed to the network. */
    private static final class Sent extends ClientStreamTracer.Factory {
        private volatile boolean headersWritten;

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundHeaders() {
                    headersWritten = true;
                }
            };
        }
    }
}
