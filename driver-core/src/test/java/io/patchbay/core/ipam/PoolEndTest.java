package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Line;
import io.patchbay.core.testkit.ManualTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends with a pool's users, on a host whose watch has told it of nothing that others did. */
final class PoolEndTest {
    private static final Subnet LAN = Subnet.parse("10.77.0.0/24");
    private static final PoolName POOL = new PoolName(PoolName.DEFAULT_SEGMENT, LAN);
    private static final AddressRange PRINTERS = AddressRange.parse("10.77.0.1-10.77.0.9");

    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
    private final MemoryStore store = new MemoryStore();
    private final Host deaf = new Host("h1", new Line(store, true));
    private final Host other = new Host("h2", store);

    @AfterEach
    void end() {
        deaf.state.close();
        other.state.close();
        executor.shutdownNow();
    }

    /** The address half of a host. */
    private final class Host {
        final State state;
        final SwarmNetworks swarm;
        final Ipam ipam;
        final Claims claims;
        final Reservations reservations;

        Host(String name, Store reached) {
            ManualTime time = new ManualTime();
            state = new State(reached, executor);
            Machines machines = new Machines(state, name, new FakeLinks(), List.of(), time);
            Lan lan = new Lan(new FakeLinks(), network -> false);
            claims = new Claims(state, name, machines, lan, time, endpoint -> false, 0, executor);
            swarm = new SwarmNetworks(state, time, true, claims);
            ipam = new Ipam(state, name, time, new Random(name.hashCode()), List.of(), new FakeLinks(), claims, swarm);
            reservations = new Reservations(state, name, time);
            claims.start();
            state.start();
        }

        String pool(String space) {
            return ipam.requestPool(new PoolRequest(space, Optional.of(LAN), Optional.empty(), Map.of(), false))
                    .poolId();
        }

        void gateway(String poolId) {
            ipam.requestAddress(new AddressRequest(
                    poolId,
                    Optional.of(IpAddress.parse("10.77.0.254")),
                    Map.of("RequestAddressType", "com.docker.network.gateway")));
        }

        void allocate(String network) {
            IpamData data = new IpamData(IpamDriver.GLOBAL_SPACE, LAN, Optional.empty(), Map.of());
            swarm.allocate(new NetworkRequest(network, new NetworkSettings(false, Map.of()), List.of(data)));
        }

        /** The pool is known as it is, as any answer of the store may tell; of its users nothing is. */
        void learnPool() {
            state.refresh(Ref.pool(POOL));
        }
    }

    @Test
    void anAddressOfAPoolThatIsGivenBackMeanwhileIsRefusedAndSaysSo() {
        deaf.pool(IpamDriver.LOCAL_SPACE);
        PoolUser user = deaf.state.peekAll(Refs.users()).get(0).value();
        store.commit(Transaction.builder().delete(user.key()).build());
        IpAddress address = IpAddress.parse("10.77.0.20");
        Life.Container nobody = new Life.Container(Optional.empty(), Optional.empty(), true);
        for (ThrowingCallable asking : List.<ThrowingCallable>of(
                () -> deaf.claims.any(user, Optional.empty(), Optional.empty()),
                () -> deaf.claims.exactly(user, address, nobody))) {
            assertThatThrownBy(asking)
                    .isInstanceOfSatisfying(
                            PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                    .hasMessageContaining("removed meanwhile");
        }
        assertThat(deaf.state.peekAll(Refs.claimsOf(POOL))).isEmpty();
    }

    private boolean poolIsThere() {
        return store.get(Keys.pool(POOL)).isPresent()
                && store.get(Keys.segment(POOL.segment())).isPresent();
    }

    private boolean gatewayIsClaimed() {
        return store.get(Keys.claim(POOL, IpAddress.parse("10.77.0.254"))).isPresent();
    }

    @Test
    void unreserveLeavesAPoolThatAnotherHostUses() {
        deaf.reservations.reserve(LAN.toString(), Optional.empty(), PRINTERS, "printers");
        other.pool(IpamDriver.LOCAL_SPACE);
        deaf.reservations.unreserve(LAN.toString(), Optional.empty(), PRINTERS);
        assertThat(poolIsThere()).isTrue();
    }

    @Test
    void unreserveLeavesAPoolWhoseUserItHasNotHeardOf() {
        deaf.reservations.reserve(LAN.toString(), Optional.empty(), PRINTERS, "printers");
        other.pool(IpamDriver.LOCAL_SPACE);
        deaf.learnPool();
        deaf.reservations.unreserve(LAN.toString(), Optional.empty(), PRINTERS);
        assertThat(poolIsThere()).isTrue();
    }

    @Test
    void theLastUserThatAHostKnowsLeavesPoolAndGatewayToOneItHasNotHeardOf() {
        String mine = deaf.pool(IpamDriver.LOCAL_SPACE);
        deaf.gateway(mine);
        other.gateway(other.pool(IpamDriver.LOCAL_SPACE));
        deaf.learnPool();
        deaf.ipam.releaseAddress(mine, IpAddress.parse("10.77.0.254"));
        deaf.learnPool();
        deaf.ipam.releasePool(mine);
        assertThat(poolIsThere()).isTrue();
        assertThat(gatewayIsClaimed()).isTrue();
    }

    @Test
    void aGatewaysAddressThatAContainerHasByNowStaysTheContainers() {
        String mine = other.pool(IpamDriver.LOCAL_SPACE);
        other.gateway(mine);
        String user = PoolId.parse(mine).user();
        // the store had lost the gateway's claim
        other.state.change(
                "a claim",
                d -> d.put(Claim.of(
                        POOL,
                        IpAddress.parse("10.77.0.254"),
                        new Owner.OfHost("h3", user),
                        new Life.Bound("e", Life.Container.UNKNOWN),
                        Instant.EPOCH)));
        other.ipam.releaseAddress(mine, IpAddress.parse("10.77.0.254"));
        other.ipam.releasePool(mine);
        assertThat(gatewayIsClaimed()).isTrue();
    }

    @Test
    void aClaimIsNotDroppedFromAnEndpointThatItsHostHasNotHeardOf() {
        Claim bound = Claim.of(
                POOL,
                IpAddress.parse("10.77.0.9"),
                new Owner.OfHost("h1", "u"),
                new Life.Bound("e", Life.Container.UNKNOWN),
                Instant.EPOCH);
        EndpointRecord endpoint = new EndpointRecord(
                "e",
                "n",
                "h1",
                List.of(Cidr.parse("10.77.0.9/24")),
                MacAddress.parse("02:50:0a:4d:00:09"),
                false,
                "pb-e",
                EndpointRecord.State.RESERVED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Map.of());
        other.state.change("an endpoint", d -> {
            d.put(endpoint);
            d.put(bound);
        });
        deaf.state.refresh(Ref.of(bound));
        Versioned<Claim> seen = deaf.state.peek(Ref.of(bound)).orElseThrow();
        assertThat(ClaimEnd.drop(deaf.state, seen, Instant.EPOCH)).isFalse();
        assertThat(store.get(bound.key())).isPresent();
    }

    @Test
    void aLeadersUserStaysForANetworkThatAnotherLeaderHasAllocatedThroughIt() {
        String shared = deaf.pool(IpamDriver.GLOBAL_SPACE);
        deaf.allocate("one");
        deaf.swarm.free("one");
        other.pool(IpamDriver.GLOBAL_SPACE);
        other.allocate("two");
        deaf.ipam.releasePool(shared);
        assertThat(poolIsThere()).isTrue();
        assertThat(store.get(Keys.userOfSwarm(POOL, PoolId.parse(shared).user())))
                .isPresent();
    }
}
