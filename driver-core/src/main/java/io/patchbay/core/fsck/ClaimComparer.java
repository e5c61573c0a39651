package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.CLAIM_HELD_TOO_LONG;
import static io.patchbay.core.fsck.DisagreementClass.CLAIM_NEVER_BOUND;
import static io.patchbay.core.fsck.DisagreementClass.CLAIM_NEVER_RELEASED;
import static io.patchbay.core.fsck.DisagreementClass.CLAIM_OUTSIDE_POOL;
import static io.patchbay.core.fsck.DisagreementClass.CLAIM_WITHOUT_ENDPOINT;
import static io.patchbay.core.fsck.DisagreementClass.CLAIM_WITHOUT_POOL;
import static io.patchbay.core.fsck.DisagreementClass.GHOST;
import static io.patchbay.core.fsck.DisagreementClass.MACHINE_OF_CONTAINER;
import static io.patchbay.core.fsck.DisagreementClass.QUARANTINE_OF_CONTAINER;
import static io.patchbay.core.fsck.DisagreementClass.SHARED_CLAIM_WITHOUT_POOL;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.network.Macs;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Claims, and what the LAN says of addresses, with whom they are for. */
final class ClaimComparer {
    /** A held one goes with a round after the minute that it is held. */
    private static final Duration HELD = Duration.ofMinutes(5);

    private final Picture picture;
    private final Found found;
    private final Set<String> living;

    private ClaimComparer(Picture picture, Found found) {
        this.picture = picture;
        this.found = found;
        this.living = picture.living();
    }

    static void compare(Picture picture, Found found) {
        ClaimComparer comparer = new ClaimComparer(picture, found);
        picture.records().all(Refs.claims()).forEach(claim -> {
            comparer.pool(claim);
            if (claim.isOf(picture.host())) {
                comparer.life(claim);
            }
        });
        picture.records().all(Refs.quarantined()).forEach(comparer::quarantined);
    }

    private static String say(Claim claim) {
        return "address " + claim.address() + " of pool " + claim.pool().describe() + " is "
                + (claim.isForContainers() ? claim.state() : claim.kind()) + " for "
                + claim.owner().name();
    }

    /** The same on two LANs are two. */
    static String subject(Claim claim) {
        return claim.pool() + " " + claim.address();
    }

    private void pool(Claim claim) {
        String owner = claim.isForContainers() ? claim.owner().name() : Found.STORE;
        if (!claim.pool().subnet().contains(claim.address())) {
            found.add(
                    CLAIM_OUTSIDE_POOL,
                    owner,
                    subject(claim),
                    say(claim) + ", and the pool does not have it",
                    "delete the key with etcdctl: no container can be given it");
        } else if (!picture.records().isThere(Ref.pool(claim.pool()))) {
            withoutPool(claim, owner);
        }
        whose(claim)
                .ifPresent(whose -> found.add(
                        MACHINE_OF_CONTAINER,
                        owner,
                        subject(claim),
                        say(claim) + " since " + claim.since() + ", and it is " + whose,
                        "give the container or the machine another address"));
    }

    private void withoutPool(Claim claim, String owner) {
        if (claim.isForContainers()) {
            found.add(
                    CLAIM_WITHOUT_POOL,
                    owner,
                    subject(claim),
                    say(claim) + ", and there is no such pool",
                    "restart the daemon of the host that uses the pool, which makes it anew; where none does, remove"
                            + " the container");
        } else if (picture.records().all(Refs.usersOf(claim.pool())).isEmpty()) {
            found.add(SHARED_CLAIM_WITHOUT_POOL, owner, subject(claim), say(claim) + ", and there is no such pool");
        }
    }

    private Optional<String> whose(Claim claim) {
        boolean given = claim.life() instanceof Life.Bound || claim.life() instanceof Life.Asked;
        return given
                ? Optional.ofNullable(picture.machines()
                        .getOrDefault(claim.pool(), Map.<IpAddress, String>of())
                        .get(claim.address()))
                : Optional.empty();
    }

    private void life(Claim claim) {
        if (!picture.isSettled(claim.since())) {
            return;
        }
        Optional<DisagreementClass> wrong = claim.life()
                .map(new Life.Cases<>(
                        shared -> Optional.empty(),
                        asked -> Optional.of(CLAIM_NEVER_BOUND),
                        bound -> isAlive(bound.endpoint()) ? Optional.empty() : Optional.of(CLAIM_WITHOUT_ENDPOINT),
                        releasing -> Optional.of(CLAIM_NEVER_RELEASED),
                        held -> claim.isFixed() || picture.age(claim.since()).compareTo(HELD) < 0
                                ? Optional.empty()
                                : Optional.of(CLAIM_HELD_TOO_LONG),
                        spare -> Optional.empty()));
        wrong.ifPresent(of -> found.add(
                of,
                picture.host(),
                subject(claim),
                say(claim) + " since " + claim.since()
                        + claim.endpoint()
                                .map(id -> ", and there is no endpoint " + id)
                                .orElse(", and no call is under way")));
    }

    /** One whose record is lost and that has a link is told of by that. */
    private boolean isAlive(String endpoint) {
        return living.contains(endpoint) || picture.records().isThere(Ref.endpoint(picture.host(), endpoint));
    }

    private void quarantined(Quarantined q) {
        Optional<Claim> claim = picture.claim(q.pool(), q.address());
        String heard = q.mac() + " was heard to answer for " + q.address() + " of pool "
                + q.pool().describe() + " by host " + q.host() + ", last at " + q.seen();
        boolean own = claim.filter(c ->
                        c.endpoint().isPresent() && c.life().container().mac().equals(Optional.of(q.mac())))
                .isPresent();
        String subject = q.pool() + " " + q.address();
        if (own) {
            found.add(QUARANTINE_OF_CONTAINER, Found.STORE, subject, heard + ", and that is the container that has it");
        } else if (Macs.addressOf(q.mac()).equals(Optional.of(q.address()))) {
            found.add(
                    GHOST,
                    Found.STORE,
                    subject,
                    heard + ": a MAC that only a container of Patchbay has, and no endpoint has it",
                    "find the host by the MAC (the switch's table; ip -br link on each) and stop the container there;"
                            + " it may be of a host that was forgotten while it was away, or of another cluster");
        }
    }
}
