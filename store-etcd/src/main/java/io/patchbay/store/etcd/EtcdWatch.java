package io.patchbay.store.etcd;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Store.Change;
import io.patchbay.core.store.Value;
import io.patchbay.store.etcd.Failure.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch with a thread of its own, which outlives the streams it hears through: when one ends, it goes on at the revision behind the last one
 * heard, at whichever member can be used. It is lost only when etcd has forgotten that revision, or is another cluster.
 */
final class EtcdWatch implements Store.Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** What all watches of a store share. */
    record Shared(
            Keyspace keyspace,
            Members members,
            Caller caller,
            Wire wire,
            Traffic traffic,
            WatchLag lag,
            EtcdLimits limits) {}

    private final Shared shared;
    private final String prefix;
    private final Store.Watcher watcher;
    private final Consumer<EtcdWatch> whenOver;
    private final CountDownLatch closing = new CountDownLatch(1);
    private long next;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean over;
    private volatile @Nullable WatchStream stream;

    EtcdWatch(Shared shared, String prefix, long fromRevision, Store.Watcher watcher, Consumer<EtcdWatch> whenOver) {
        this.shared = shared;
        this.prefix = KeySyntax.checkPrefix(prefix);
        this.next = fromRevision;
        this.watcher = watcher;
        this.whenOver = whenOver;
    }

    void start() {
        if (prefix.isEmpty()) {
            shared.lag().watching();
        }
        Channels.daemon(this, "etcd-watch-" + prefix).start();
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                Member member = shared.members().preferred();
                Optional<String> token = Optional.empty();
                try {
                    token = shared.caller().token(member);
                    listen(member, token);
                } catch (Failure e) {
                    interrupted(member, e, token);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("watch ended by a defect prefix={}", prefix, e);
            lost("the watch failed: " + e);
        } finally {
            if (prefix.isEmpty()) {
                shared.lag().ended();
            }
            whenOver.accept(this);
        }
    }

    private void listen(Member member, Optional<String> token) throws Failure, InterruptedException {
        try (WatchStream opened = WatchStream.open(
                Wire.channel(member, token),
                shared.wire().failures(),
                shared.keyspace().key(prefix),
                shared.keyspace().endOf(prefix),
                next)) {
            Consumer<Member> elsewhere = failed -> {
                if (failed == member) {
                    opened.abandon(Status.UNAVAILABLE.withDescription("etcdserver: server stopped"));
                }
            };
            shared.members().onFailed(elsewhere);
            try {
                stream = opened;
                hear(opened, member);
            } finally {
                shared.members().forget(elsewhere);
            }
        }
    }

    private void hear(WatchStream from, Member member) throws Failure, InterruptedException {
        boolean created = false;
        while (!isOver()) {
            WatchResponse response = from.next(created ? null : shared.limits().attempt());
            if (!shared.members().isSameCluster(response.getHeader().getClusterId())) {
                lost("etcd at " + member + " is another cluster than before");
                return;
            }
            if (response.getCanceled()) {
                canceled(response);
                return;
            }
            if (response.getCreated()) {
                created = true;
                pauseMillis = FIRST_PAUSE_MILLIS;
                shared.members().answered(member);
            } else {
                take(response);
            }
            from.more();
        }
    }

    private void canceled(WatchResponse response) throws Failure {
        if (response.getCompactRevision() > 0) {
            lost("revision " + next + " is no longer known to etcd, which keeps revisions from "
                    + response.getCompactRevision() + " on");
            return;
        }
        String reason = response.getCancelReason();
        Throwable cause = Status.UNKNOWN.withDescription(reason).asException();
        int said = reason.indexOf("etcdserver: ");
        if (said >= 0) {
            throw shared.wire()
                    .failures()
                    .of(
                            Status.UNKNOWN
                                    .withDescription(reason.substring(said))
                                    .asException(),
                            true,
                            shared.limits().attempt());
        }
        throw new Failure(Sort.UNFINISHED, "etcd ended the watch, " + reason, cause);
    }

    /** Hands over what came, revision by revision; a response without events says how far we have heard everything. */
    private void take(WatchResponse response) {
        List<Change> changes = new ArrayList<>();
        for (Event event : response.getEventsList()) {
            long revision = event.getKv().getModRevision();
            if (!changes.isEmpty() && changes.get(0).revision() != revision) {
                handOver(changes);
                changes = new ArrayList<>();
            }
            changes.add(change(event));
        }
        if (!changes.isEmpty()) {
            handOver(changes);
        } else {
            next = Math.max(next, response.getHeader().getRevision() + 1);
        }
    }

    private Change change(Event event) {
        Optional<Value> value = event.getType() == Event.EventType.PUT
                ? Optional.of(Value.of(event.getKv().getValue().toByteArray()))
                : Optional.empty();
        return new Change(
                shared.keyspace().name(event.getKv().getKey()),
                value,
                event.getKv().getModRevision());
    }

    private void handOver(List<Change> changes) {
        long revision = changes.get(0).revision();
        if (revision < next || isOver()) {
            return;
        }
        next = revision + 1;
        try {
            watcher.changed(changes);
        } catch (RuntimeException e) {
            LOG.warn("a watcher failed on a change prefix={} revision={}", prefix, revision, e);
        }
        if (prefix.isEmpty()) {
            shared.lag().heard(revision);
        }
    }

    /** The stream ended; draws the consequences and waits a little. */
    private void interrupted(Member member, Failure failure, Optional<String> token) throws InterruptedException {
        if (isOver()) {
            return;
        }
        shared.caller().settle(member, failure, token);
        if (failure.sort() == Sort.REFUSED) {
            shared.members().away(Caller.sentence(Map.of(member, failure)));
        }
        shared.traffic().watchRestart();
        LOG.debug(
                "watch goes on elsewhere prefix={} next={} was={} reason=\"{}\"",
                prefix,
                next,
                member,
                failure.reason());
        if (closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
            return;
        }
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }

    private void lost(String reason) {
        synchronized (closing) {
            if (over) {
                return;
            }
            over = true;
        }
        try {
            watcher.lost(reason);
        } catch (RuntimeException e) {
            LOG.warn("a watcher failed on the loss of its watch prefix={}", prefix, e);
        }
    }

    private boolean isOver() {
        synchronized (closing) {
            return over;
        }
    }

    @Override
    public void close() {
        synchronized (closing) {
            over = true;
        }
        closing.countDown();
        WatchStream running = stream;
        if (running != null) {
            running.abandon(Status.CANCELLED);
        }
    }
}
