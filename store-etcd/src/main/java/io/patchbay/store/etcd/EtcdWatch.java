package io.patchbay.store.etcd;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.ClosedClientException;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
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
 * A watch with a thread of its own, which outlives the streams it hears through: when one ends, it goes on at the
 * revision behind the last one heard, at whichever member can be used. It is lost only when etcd has forgotten that
 * revision, or is another cluster.
 */
final class EtcdWatch implements Store.Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** What all watches of a store share. */
    record Shared(Members members, Caller caller, Failures failures, Traffic traffic, EtcdLimits limits) {}

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
            shared.traffic().watching();
        }
        Clients.daemon(this, "etcd-watch-" + prefix).start();
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                Member member = shared.members().preferred();
                try {
                    listen(member, member.client());
                } catch (Failure e) {
                    interrupted(member, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("watch ended by a defect prefix={}", prefix, e);
            lost("the watch failed: " + e);
        } finally {
            if (prefix.isEmpty()) {
                shared.traffic().watchEnded();
            }
            whenOver.accept(this);
        }
    }

    private void listen(Member member, Client client) throws Failure, InterruptedException {
        WatchStream heard = new WatchStream(shared.failures());
        Consumer<Member> elsewhere = failed -> {
            if (failed == member) {
                heard.onCompleted();
            }
        };
        WatchOption option = WatchOption.builder()
                .withRange(Keyspace.endOf(prefix))
                .withRevision(next)
                // without it an idle watch's revision would grow old and be compacted away
                .withProgressNotify(true)
                .withCreateNotify(true)
                .build();
        shared.members().onFailed(elsewhere);
        stream = heard;
        try {
            Watch.Watcher running = client.getWatchClient().watch(Keyspace.key(prefix), option, heard);
            try {
                hear(heard, member);
            } finally {
                running.close();
            }
        } catch (ClosedClientException e) {
            throw new Failure(Sort.BUSY, "its client was closed", e);
        } catch (Failure e) {
            if (e.getCause() instanceof CompactedException compacted) {
                lost("revision " + next + " is no longer known to etcd, which keeps revisions from "
                        + compacted.getCompactedRevision() + " on");
            } else if (member.client() != client) {
                throw new Failure(Sort.BUSY, "its client was replaced", e);
            } else {
                throw shared.caller().settled(member, client, e);
            }
        } finally {
            shared.members().forget(elsewhere);
            // who still brings something need not wait for it to be taken
            heard.onCompleted();
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
            if (response.isCreatedNotify()) {
                created = true;
                pauseMillis = FIRST_PAUSE_MILLIS;
                shared.members().answered(member);
                resumed();
            } else {
                take(response);
            }
        }
    }

    /** Hands over what came, revision by revision; a response without events says how far we have heard everything. */
    private void take(WatchResponse response) {
        List<Change> changes = new ArrayList<>();
        for (WatchEvent event : response.getEvents()) {
            long revision = event.getKeyValue().getModRevision();
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

    private static Change change(WatchEvent event) {
        KeyValue changed = event.getKeyValue();
        Optional<Value> value = event.getEventType() == WatchEvent.EventType.PUT
                ? Optional.of(Keyspace.value(changed))
                : Optional.empty();
        return new Change(changed.getKey().toString(), value, changed.getModRevision());
    }

    /** The members may have got other contents since the last stream. */
    private void resumed() {
        try {
            watcher.resumed();
        } catch (RuntimeException e) {
            LOG.warn("a watcher failed on its beginning prefix={}", prefix, e);
        }
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
            shared.traffic().heard(revision);
        }
    }

    /** The stream ended; draws the consequences and waits a little. */
    private void interrupted(Member member, Failure failure) throws InterruptedException {
        if (isOver()) {
            return;
        }
        if (failure.sort() == Sort.REFUSED || failure.sort() == Sort.SHUT_OUT) {
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
            running.onCompleted();
        }
    }
}
