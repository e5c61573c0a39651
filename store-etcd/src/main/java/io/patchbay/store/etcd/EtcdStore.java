package io.patchbay.store.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.options.GetOption;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.Transaction;
import io.patchbay.store.etcd.Failure.Sort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The store of many hosts: an etcd cluster, 3.4 or newer.
 *
 * <p><b>Opening</b> contacts nobody: etcd may be away, and comes when it comes. {@link #health} tells.
 *
 * <p><b>Time.</b> A call takes 4 s at most (a list 5 s), whatever the members and the network do. It asks the member
 * that answered last, and others when that one does not answer; for want of a leader it waits for one. When no member
 * could be used for 4 s, calls fail at once until one can.
 *
 * <p><b>Commits</b> are one etcd transaction and one round trip, also when they end in a conflict. One is sent a second
 * time only if it is certain that the first did nothing: it never left this host, or etcd said that it did not take it.
 * Everything else fails with {@code UNAVAILABLE} and says that it is not known whether the transaction was applied. It
 * may then still be applied later.
 *
 * <p><b>Watches</b> go on at another member, at the next revision, when theirs is lost. They are lost only to
 * compaction or to a new cluster.
 *
 * <p><b>Failures</b> of kind {@code UNAVAILABLE} name each endpoint that was asked and its reason: no connection, no
 * leader, certificates, a wrong password, no permission. None of these ends anything; the next call tries again.
 */
public final class EtcdStore implements Store {
    /** No page is asked for later than that; each has the time of a call. */
    private static final long LIST_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** What a page takes is room that a connection keeps. */
    private static final int PAGE = 1000;

    private volatile EtcdSettings settings;
    private final Clients clients;
    private final Members members;
    private final Traffic traffic = new Traffic();
    private final Caller caller;
    private final Roster roster;
    private final Strangers strangers;
    private final MemberLooks looks;
    private final Prober prober;
    private final Leases leases;
    private final EtcdWatch.Shared forWatches;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private EtcdStore(EtcdSettings settings, RandomGenerator random) {
        this.settings = settings;
        Keyspace keyspace = new Keyspace(settings.cluster());
        this.clients = new Clients(() -> this.settings, keyspace);
        List<Member> order =
                new ArrayList<>(settings.endpoints().stream().map(this::member).toList());
        // or the first member that everybody's settings name would serve them all
        Collections.shuffle(order, new java.util.Random(random.nextLong()));
        this.members = new Members(order);
        Failures failures = new Failures(() -> this.settings, keyspace, clients::tlsProblem);
        this.caller = new Caller(members, failures, traffic, settings.limits());
        GetOption count = all("").withCountOnly(true).build();
        Caller.Task<GetResponse> probe =
                Caller.Task.read("probe", client -> client.getKVClient().get(ByteSequence.EMPTY, count));
        this.roster = new Roster(members, caller, probe, settings.isTls(), this::member);
        this.strangers = new Strangers(() -> this.settings, keyspace, members, Strangers::isReachedByOthers);
        this.looks = new MemberLooks(members, caller, probe, settings.limits().attempt());
        this.prober = new Prober(
                members, caller, probe, List.of(roster::look, strangers::look, looks::look), settings.limits());
        this.leases = new Leases(caller);
        this.forWatches = new EtcdWatch.Shared(members, caller, failures, traffic, settings.limits());
    }

    private Member member(EtcdSettings.Endpoint endpoint) {
        return new Member(endpoint, clients);
    }

    private static GetOption.Builder all(String prefix) {
        return GetOption.builder().withRange(Keyspace.endOf(prefix));
    }

    /** Opens the store without contacting anybody. Fails with {@code INVALID} when certificates cannot be read. */
    public static EtcdStore open(EtcdSettings settings, RandomGenerator random) {
        EtcdStore store = new EtcdStore(settings, random);
        store.prober.start();
        return store;
    }

    /**
     * From now on it reaches etcd so, and makes its connections anew. Fails with {@code INVALID}, and goes on as
     * before, when certificates cannot be read, or another part of etcd is meant, or TLS where there was none or the
     * reverse.
     */
    public synchronized void reload(EtcdSettings next) {
        EtcdSettings now = settings;
        if (!next.cluster().equals(now.cluster()) || next.isTls() != now.isTls()) {
            throw new PatchbayException(
                    Kind.INVALID, "another cluster, or TLS instead of none or the reverse, needs a new start");
        }
        clients.reload(next);
        settings = next;
        List<Member> named = next.endpoints().stream().map(this::known).toList();
        roster.name(named);
        members.all().forEach(Member::renew);
    }

    /** The member at this endpoint, which is one of those that are tried then. */
    private Member known(EtcdSettings.Endpoint endpoint) {
        return members.all().stream()
                .filter(member -> member.endpoint().equals(endpoint))
                .findFirst()
                .orElseGet(() -> {
                    Member more = member(endpoint);
                    members.add(more);
                    return more;
                });
    }

    @Override
    public Snapshot read(List<String> keys) {
        KeySyntax.checkKeys(keys);
        checkOpen();
        try {
            TxnResponse response = caller.call(Caller.Task.read("range", Transactions.reading(keys)));
            return new Snapshot(
                    Transactions.read(response), response.getHeader().getRevision());
        } catch (Failure e) {
            throw unexpected("key " + String.join(", ", keys) + " cannot be read", e);
        }
    }

    @Override
    public Snapshot list(String prefix) {
        KeySyntax.checkPrefix(prefix);
        checkOpen();
        long endNanos = System.nanoTime() + LIST_NANOS;
        while (true) {
            try {
                return listAtOneRevision(prefix, endNanos);
            } catch (Failure e) {
                // the revision of the first page was compacted before the last one was read
                if (e.sort() != Sort.COMPACTED || System.nanoTime() > endNanos) {
                    throw unexpected("keys beginning with " + prefix + " cannot be listed", e);
                }
            }
        }
    }

    private Snapshot listAtOneRevision(String prefix, long endNanos) throws Failure {
        List<Entry> entries = new ArrayList<>();
        ByteSequence from = Keyspace.key(prefix);
        long revision = 0;
        while (true) {
            ByteSequence start = from;
            GetOption option =
                    all(prefix).withLimit(PAGE).withRevision(revision).build();
            GetResponse page = caller.call(
                    Caller.Task.read("range", client -> client.getKVClient().get(start, option)));
            if (revision == 0) {
                revision = page.getHeader().getRevision();
            }
            page.getKvs().forEach(found -> entries.add(Keyspace.entry(found)));
            if (!page.isMore()) {
                return new Snapshot(entries, revision);
            }
            if (System.nanoTime() > endNanos) {
                throw new PatchbayException(
                        Kind.UNAVAILABLE,
                        "etcd has given " + entries.size() + " keys within "
                                + TimeUnit.NANOSECONDS.toSeconds(LIST_NANOS) + " s, and has more");
            }
            from = Keyspace.behind(page.getKvs().get(page.getKvs().size() - 1));
        }
    }

    @Override
    public CommitResult commit(Transaction transaction) {
        KeySyntax.checkKeys(transaction);
        checkOpen();
        try {
            TxnResponse response = caller.call(Caller.Task.write("txn", Transactions.exchange(transaction)));
            CommitResult result = Transactions.result(response);
            if (result instanceof CommitResult.Conflict) {
                traffic.conflict();
            } else if (transaction.operations().stream().anyMatch(Transaction.Put.class::isInstance)) {
                traffic.committed(response.getHeader().getRevision());
            }
            return result;
        } catch (Failure e) {
            throw unexpected("a transaction of " + transaction.operations().size() + " operations was not applied", e);
        }
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        KeySyntax.checkPrefix(prefix);
        checkOpen();
        EtcdWatch watch = new EtcdWatch(forWatches, prefix, fromRevision, watcher, watches::remove);
        watches.add(watch);
        watch.start();
        return watch;
    }

    @Override
    public Lease lease(Duration ttl) {
        checkOpen();
        try {
            return leases.grant(ttl);
        } catch (Failure e) {
            throw unexpected("a lease of " + ttl + " cannot be had", e);
        }
    }

    /** What a failure that is about the request becomes; {@code what} is the beginning of the sentence. */
    private static PatchbayException unexpected(String what, Failure failure) {
        Kind kind = switch (failure.sort()) {
            case LEASE_GONE -> Kind.NOT_FOUND;
            case WRONG -> Kind.INVALID;
            case NOT_SENT,
                    NOT_YET,
                    UNFIT,
                    NO_ANSWER,
                    NO_LEADER,
                    UNFINISHED,
                    BUSY,
                    LOGIN,
                    SHUT_OUT,
                    REFUSED,
                    FULL,
                    COMPACTED -> Kind.UNAVAILABLE;
        };
        return new PatchbayException(kind, what + ": " + failure.reason(), failure);
    }

    @Override
    public String description() {
        return settings.endpoints().stream().map(Object::toString).collect(Collectors.joining(",", "etcd:", ""));
    }

    @Override
    public StoreHealth health() {
        Members.Standing standing = members.standing();
        return new StoreHealth(
                standing.connected(),
                standing.since(),
                standing.problem(),
                Optional.of(traffic.counted(members.preferred().toString(), strangers.open(), looks.seen())));
    }

    /** Where it looks for the cluster by now. */
    List<String> endpoints() {
        return members.all().stream().map(Member::toString).toList();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        prober.close();
        watches.forEach(EtcdWatch::close);
        leases.close();
        caller.close();
        members.all().forEach(Member::close);
        roster.candidates().forEach(Member::close);
        clients.close();
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new PatchbayException(Kind.UNAVAILABLE, description() + " is closed");
        }
    }
}
