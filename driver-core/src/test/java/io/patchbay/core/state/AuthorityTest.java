package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Stored;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a host may change by itself while the store is away, by what it knows; h1 is the host. */
class AuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final PoolName POOL = PoolName.parse("default~10.77.0.0_24");
    private static final IpAddress ADDRESS = IpAddress.parse("10.77.0.9");
    private static final Life ASKED = new Life.Asked(Container.UNKNOWN);
    private static final Life HELD = new Life.Held(Container.UNKNOWN);
    private static final Life RELEASING = new Life.Releasing(Container.UNKNOWN);
    private static final Life SPARE = new Life.Spare(Optional.empty());

    private final Told told = new Told();
    private final Authority authority = new Authority(new Ownership("h1"), told);

    /** What the test says that is known. */
    private static final class Told implements Authority.Known {
        private final Map<String, Stored> records = new HashMap<>();
        private final Map<String, UnsentWrite> unsent = new HashMap<>();
        private final Set<String> released = new HashSet<>();
        private boolean uncertain;
        private boolean ended;

        void has(Stored record) {
            records.put(record.key(), record);
        }

        void hasUnsent(Stored record, boolean exclusive) {
            has(record);
            unsent.put(record.key(), new UnsentWrite(record.key(), 7, 1, exclusive, Optional.of(record.write())));
        }

        @Override
        public Optional<?> record(String key) {
            return Optional.ofNullable(records.get(key));
        }

        @Override
        public Optional<Object> decode(String key, Value value) {
            return Optional.of(key.startsWith("macs/") ? MacClaim.read(value) : Claim.read(value));
        }

        @Override
        public Optional<UnsentWrite> unsent(String key) {
            return Optional.ofNullable(unsent.get(key));
        }

        @Override
        public boolean mayHaveReleased(String key) {
            return released.contains(key);
        }

        @Override
        public boolean isUncertain() {
            return uncertain;
        }

        @Override
        public boolean mayHaveBeenEnded(String key) {
            return ended;
        }
    }

    private static Claim claim(String host, Life life) {
        return Claim.of(POOL, ADDRESS, new Owner.OfHost(host, "user1"), life, NOW);
    }

    private static Life bound(String endpoint) {
        return new Life.Bound(endpoint, Container.UNKNOWN);
    }

    private static MacClaim mac(Optional<String> endpoint) {
        return new MacClaim("default", MacAddress.parse("02:00:00:00:00:07"), "h1", endpoint, NOW, Map.of());
    }

    private boolean mayPut(Stored record) {
        return authority.may(
                Transaction.builder().put(record.key(), record.write()).build());
    }

    @Test
    void anAddressThatNobodyHasIsNotTakenAlone() {
        assertThat(mayPut(claim("h1", ASKED))).isFalse();
    }

    @Test
    void anotherHostsAddressIsNotTakenAloneWhateverBecameOfIt() {
        for (Life life : List.of(ASKED, HELD, SPARE)) {
            told.has(claim("h2", life));
            assertThat(mayPut(claim("h1", ASKED))).as("%s", life).isFalse();
        }
    }

    @Test
    void aReleasedAddressIsTakenAgainOnlyIfTheStoreHasNotHeardOfTheRelease() {
        told.has(claim("h1", HELD));
        assertThat(mayPut(claim("h1", ASKED))).as("released before").isFalse();
        told.hasUnsent(claim("h1", HELD), false);
        assertThat(mayPut(claim("h1", ASKED))).as("the release may be out").isFalse();
        told.hasUnsent(claim("h1", HELD), true);
        assertThat(mayPut(claim("h1", ASKED))).as("released since").isTrue();
    }

    @Test
    void aSpareIsTakenUnlessItIsBeingLetGoOrTheHostMayHaveBeenForgotten() {
        Claim spare = claim("h1", SPARE);
        told.has(spare);
        assertThat(mayPut(claim("h1", ASKED))).isTrue();
        told.uncertain = true;
        assertThat(mayPut(claim("h1", ASKED))).isFalse();
        told.uncertain = false;
        told.released.add(spare.key());
        assertThat(mayPut(claim("h1", ASKED))).isFalse();
    }

    @Test
    void whatAContainerHasIsChangedAlsoByAHostThatMayHaveBeenForgotten() {
        told.uncertain = true;
        told.has(claim("h1", ASKED));
        assertThat(mayPut(claim("h1", ASKED))).isTrue();
    }

    /** It was off, and does not know yet whether it was forgotten; others may have what it had. */
    @Test
    void noContainerGetsAnAddressThatOthersMayHaveEnded() {
        told.ended = true;
        for (Life life : List.of(ASKED, HELD, RELEASING, SPARE, bound("e1"))) {
            told.hasUnsent(claim("h1", life), true);
            assertThat(mayPut(claim("h1", ASKED))).as("%s", life).isFalse();
        }
        told.hasUnsent(claim("h1", bound("e1")), true);
        assertThat(mayPut(claim("h1", bound("e2")))).isFalse();
        told.hasUnsent(mac(Optional.empty()), true);
        assertThat(mayPut(mac(Optional.of("e1")))).isFalse();
        told.hasUnsent(mac(Optional.of("e1")), true);
        assertThat(mayPut(mac(Optional.of("e2")))).isFalse();
    }

    /** The store does not have it: it was ended there, or what was sent has not been answered. */
    @Test
    void noContainerGetsWhatTheStoreDoesNotHaveAsThisHosts() {
        for (Life life : List.of(ASKED, HELD, RELEASING, SPARE, bound("e1"))) {
            told.hasUnsent(claim("h1", life), false);
            assertThat(mayPut(claim("h1", ASKED))).as("%s", life).isFalse();
        }
        told.hasUnsent(claim("h1", bound("e1")), false);
        assertThat(mayPut(claim("h1", bound("e2")))).isFalse();
        told.hasUnsent(mac(Optional.empty()), false);
        assertThat(mayPut(mac(Optional.of("e1")))).isFalse();
        told.hasUnsent(mac(Optional.of("e1")), false);
        assertThat(mayPut(mac(Optional.of("e2")))).isFalse();
    }

    @Test
    void whatAContainerHasStaysItsAndIsReleasedAlsoIfOthersMayHaveEndedIt() {
        told.ended = true;
        told.hasUnsent(claim("h1", ASKED), true);
        assertThat(mayPut(claim("h1", bound("e1")))).isTrue();
        told.hasUnsent(claim("h1", bound("e1")), true);
        assertThat(mayPut(claim("h1", bound("e1")))).isTrue();
        assertThat(mayPut(claim("h1", RELEASING))).isTrue();
        assertThat(mayPut(claim("h1", HELD))).isTrue();
        told.has(mac(Optional.of("e1")));
        assertThat(mayPut(mac(Optional.of("e1")))).isTrue();
        assertThat(mayPut(mac(Optional.empty()))).isTrue();
    }

    @Test
    void anAddressIsReleasedAloneInAnyCase() {
        Claim spare = claim("h1", SPARE);
        told.has(spare);
        told.released.add(spare.key());
        told.uncertain = true;
        assertThat(mayPut(claim("h1", HELD))).isTrue();
        assertThat(authority.may(Transaction.builder().delete(spare.key()).build()))
                .isTrue();
    }

    @Test
    void aMacAddressOfAnEndedEndpointIsExclusiveUnlessReleasedOrForgotten() {
        MacClaim free = mac(Optional.empty());
        MacClaim taken = mac(Optional.of("e1"));
        told.has(free);
        assertThat(mayPut(taken)).isTrue();
        told.uncertain = true;
        assertThat(mayPut(taken)).isFalse();
        told.hasUnsent(free, true);
        assertThat(mayPut(taken))
                .as("the store has not heard that the endpoint ended")
                .isTrue();
        told.released.add(free.key());
        assertThat(mayPut(taken)).isFalse();
    }

    @Test
    void aTransactionSaysWhatItReleasesAndWhatItGivesUp() {
        Claim spare = claim("h1", SPARE);
        told.has(spare);
        Transaction letGo = Transaction.builder().delete(spare.key()).build();
        assertThat(authority.released(letGo)).containsExactly(spare.key());
        assertThat(authority.givenUp(letGo, authority.released(letGo))).containsExactly(spare.key());
        Transaction used = Transaction.builder()
                .put(spare.key(), claim("h1", ASKED).write())
                .build();
        assertThat(authority.released(used)).isEmpty();
        assertThat(authority.givenUp(used, List.of())).containsExactly(spare.key());
    }
}
