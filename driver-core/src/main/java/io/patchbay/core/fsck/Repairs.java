package io.patchbay.core.fsck;

import io.patchbay.core.endpoint.Liveness;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.fsck.DisagreementClass.Mender;
import io.patchbay.core.fsck.Outcome.Result;
import io.patchbay.core.ipam.ClaimEnd;
import io.patchbay.core.ipam.PoolWriter;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkList;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Repair;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Does at once what the daemon does after a while, and what nobody does unasked. Each looks again at what it ends. */
final class Repairs {
    private final FsckParts parts;
    private final TimeSource time;

    Repairs(FsckParts parts, TimeSource time) {
        this.parts = parts;
        this.time = time;
    }

    /** Something that repairs what disagrees about a subject. */
    private interface Action {
        void repair(Repairs by, String subject);
    }

    private static final Map<DisagreementClass, Action> ACTIONS = new EnumMap<>(DisagreementClass.class);

    private static void by(Action action, DisagreementClass... classes) {
        Stream.of(classes).forEach(of -> ACTIONS.put(of, action));
    }

    static {
        by(
                Repairs::dropClaim,
                DisagreementClass.CLAIM_NEVER_BOUND,
                DisagreementClass.CLAIM_NEVER_RELEASED,
                DisagreementClass.CLAIM_HELD_TOO_LONG,
                DisagreementClass.CLAIM_WITHOUT_ENDPOINT);
        by(
                Repairs::reclaim,
                DisagreementClass.ENDPOINT_WITHOUT_CLAIM,
                DisagreementClass.ENDPOINT_LOST_ADDRESS,
                DisagreementClass.CLAIM_OF_OTHER_MAC);
        by(Repairs::finish, DisagreementClass.ENDPOINT_WITHOUT_LINK, DisagreementClass.ENDPOINT_OUT_OF_SANDBOX);
        by(Repairs::deleteLink, DisagreementClass.LINK_WITHOUT_ENDPOINT, DisagreementClass.BRIDGE_WITHOUT_NETWORK);
        by(Repairs::putLinkBack, DisagreementClass.CONTAINER_LINK);
        by(Repairs::forgetNetwork, DisagreementClass.NETWORK_UNKNOWN_TO_ENGINE);
        by(
                (by, subject) -> by.tidyPools(),
                DisagreementClass.SHARED_CLAIM_MISSING,
                DisagreementClass.SHARED_CLAIM_WITHOUT_POOL,
                DisagreementClass.POOL_MISSING,
                DisagreementClass.POOL_WITHOUT_USER);
        by(
                (by, subject) -> by.parts.endpoints().tidy(by.parts.links().list(), Repairs::uncounted),
                DisagreementClass.MAC_WITHOUT_CLAIM,
                DisagreementClass.MAC_CLAIM_WITHOUT_ENDPOINT);
        by(Repairs::releaseUser, DisagreementClass.USER_WITHOUT_NETWORK, DisagreementClass.POOL_WITHOUT_NETWORK);
        by(Repairs::mendSegment, DisagreementClass.POOL_OFF_SEGMENT, DisagreementClass.SEGMENT_WITHOUT_POOL);
        by((by, subject) -> by.parts.claims().neighbours().look(), DisagreementClass.QUARANTINE_OF_CONTAINER);
        by((by, subject) -> by.parts.cluster().tick(), DisagreementClass.HOST_NOT_ALIVE);
        by((by, subject) -> by.parts.state().correct(subject), DisagreementClass.MEMORY_DIFFERS);
    }

    /** Each repair is counted once, by what it was asked for. */
    private static void uncounted(Repair what, String subject) {}

    static boolean mends(DisagreementClass of) {
        return ACTIONS.containsKey(of);
    }

    /** {@code found} has been found a moment ago. */
    List<Outcome> repair(List<Disagreement> found, List<Wanted> wanted) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Wanted one : wanted) {
            Optional<Disagreement> still = found.stream().filter(one::means).findFirst();
            outcomes.add(still.map(d -> repair(one, d))
                    .orElseGet(() -> new Outcome(one, Result.GONE, "it was not found any more")));
        }
        return outcomes;
    }

    private Outcome repair(Wanted one, Disagreement d) {
        boolean here = d.host().equals(parts.host()) || d.host().equals(Found.STORE);
        Action action = ACTIONS.get(d.of());
        if (!here) {
            return new Outcome(one, Result.LEFT, "run patchbay fsck --repair on host " + d.host());
        }
        if (d.of().mender() == Mender.PERSON || action == null) {
            return new Outcome(one, Result.LEFT, d.repair());
        }
        try {
            action.repair(this, d.subject());
            parts.reconciler().repaired(d.of().name(), d.subject());
            return new Outcome(one, Result.REPAIRED, "repaired");
        } catch (PatchbayException e) {
            return new Outcome(one, Result.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** What cannot be known for certain is not ended. */
    private static PatchbayException changed(String what) {
        return new PatchbayException(Kind.CONFLICT, what + " has changed since it was looked at");
    }

    private static String first(String subject) {
        int space = subject.indexOf(' ');
        return space < 0 ? subject : subject.substring(0, space);
    }

    private void dropClaim(String subject) {
        List<String> living = LinksInUse.endpoints(parts.links().list());
        boolean dropped = parts.state().peekAll(Refs.claims()).stream()
                .filter(c -> c.value().isOf(parts.host())
                        && ClaimComparer.subject(c.value()).equals(subject))
                .filter(c -> c.value().endpoint().filter(living::contains).isEmpty())
                .anyMatch(c -> ClaimEnd.drop(parts.state(), c, time.now()));
        if (!dropped) {
            throw changed("the claim " + subject);
        }
    }

    private Optional<EndpointRecord> endpoint(String subject) {
        return parts.state().peek(Ref.endpoint(parts.host(), first(subject))).map(Versioned::value);
    }

    private void finish(String subject) {
        Optional<EndpointRecord> endpoint = endpoint(subject);
        boolean lives = endpoint.filter(e -> Liveness.of(e, parts.links().find(e.link()), time.now()) == Liveness.ALIVE)
                .isPresent();
        if (lives) {
            throw changed("endpoint " + subject);
        }
        endpoint.ifPresent(parts.endpoints()::finish);
    }

    private void reclaim(String subject) {
        if (!endpoint(subject).map(parts.endpoints()::reclaim).orElse(true)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "endpoint " + first(subject) + " was ended, its address is another's: start its container anew");
        }
    }

    private void deleteLink(String name) {
        List<Link> all = parts.links().list();
        boolean unused = all.stream().filter(l -> l.name().equals(name)).noneMatch(l -> LinksInUse.isInUse(l, all));
        if (!unused) {
            throw changed("link " + name);
        }
        parts.links().delete(List.of(name));
    }

    private void putLinkBack(String name) {
        if (!parts.hostEnds().putBack(new LinkList(parts.links())).contains(name)) {
            throw changed("link " + name);
        }
    }

    private void forgetNetwork(String id) {
        boolean used = parts.state().peekAll(Refs.endpointsOf(parts.host())).stream()
                .anyMatch(e -> e.value().network().equals(id));
        if (used) {
            throw new PatchbayException(Kind.CONFLICT, "network " + id + " has endpoints; repair these first");
        }
        parts.ipam().releaseAll(id);
        parts.networks().forget(id);
    }

    /** What is left of pools must be seen twice. */
    private void tidyPools() {
        parts.ipam().tidy(Repairs::uncounted);
        parts.ipam().tidy(Repairs::uncounted);
    }

    private void releaseUser(String subject) {
        parts.state().peekAll(Refs.users()).stream()
                .map(Versioned::value)
                .filter(user -> user.host().equals(parts.host()) && (user.pool() + " " + user.id()).equals(subject))
                .filter(user -> user.network()
                        .filter(id -> parts.state().isThere(Ref.network(user.host(), id)))
                        .isEmpty())
                .findFirst()
                .ifPresentOrElse(parts.ipam()::release, () -> {
                    throw changed("the use of pool " + subject);
                });
    }

    /** The subject begins with a segment, or with a pool, which begins with its segment. */
    private void mendSegment(String subject) {
        String segment = Stream.of(first(subject).split("~", -1)).findFirst().orElse(subject);
        parts.state().change("segment " + segment, d -> PoolWriter.mendSegment(d, segment));
    }
}
