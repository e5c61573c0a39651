package io.patchbay.core.fsck;

import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import org.junit.jupiter.api.Test;

/** Damage to pools and segments. */
final class PoolDamageTest extends DamagedHost {
    private static final String EMPTY = "pools/default~10.79.0.0_24";

    private void addToSegment(String subnet) {
        edit("segments/default", json -> json.withArray("subnets").add(subnet));
    }

    private void emptyPool() {
        copy(POOL, EMPTY, json -> {
            json.put("pool", "default~10.79.0.0_24");
            json.remove("gateway");
        });
    }

    @Test
    void aPoolThatNobodyUses() {
        emptyPool();
        addToSegment("10.79.0.0/24");
        assertMends(DisagreementClass.POOL_WITHOUT_USER);
    }

    @Test
    void aPoolThatNobodyUsesGoesOnWish() {
        emptyPool();
        addToSegment("10.79.0.0/24");
        assertRepaired(DisagreementClass.POOL_WITHOUT_USER);
    }

    @Test
    void aPoolThatIsLost() {
        delete(POOL);
        assertUnheard(
                DisagreementClass.POOL_MISSING,
                DisagreementClass.POOL_MISSING,
                DisagreementClass.SEGMENT_WITHOUT_POOL,
                DisagreementClass.NETWORK_WITHOUT_POOL,
                DisagreementClass.NETWORK_WITHOUT_POOL,
                DisagreementClass.CLAIM_WITHOUT_POOL,
                DisagreementClass.CLAIM_WITHOUT_POOL);
    }

    @Test
    void aPoolThatIsNotOnItsSegment() {
        edit("segments/default", json -> json.putArray("subnets").add("10.99.0.0/24"));
        assertRepaired(DisagreementClass.POOL_OFF_SEGMENT, DisagreementClass.SEGMENT_WITHOUT_POOL);
    }

    @Test
    void aSubnetOnASegmentThatNoPoolHas() {
        addToSegment("10.79.0.0/24");
        assertRepaired(DisagreementClass.SEGMENT_WITHOUT_POOL);
    }

    @Test
    void poolsThatOverlap() {
        copy(POOL, "pools/default~10.77.0.0_16", json -> {
            json.put("pool", "default~10.77.0.0_16").putArray("reserved").add("10.77.9.0/24");
            json.remove("gateway");
        });
        addToSegment("10.77.0.0/16");
        assertFound(DisagreementClass.POOLS_OVERLAP);
    }

    @Test
    void aReservedRangeThatItsPoolDoesNotHave() {
        edit(POOL, json -> json.putArray("reserved").add("10.79.0.0-10.79.0.9"));
        assertFound(DisagreementClass.RESERVED_OUTSIDE_POOL);
    }

    private void quarantined(String address, String mac) {
        world.store()
                .commit(Transaction.builder()
                        .put(
                                "quarantine/default~10.77.0.0_24/" + address,
                                Value.of("{\"pool\":\"default~10.77.0.0_24\",\"address\":\"" + address
                                        + "\",\"mac\":\"" + mac
                                        + "\",\"host\":\"h2\",\"since\":\"2026-01-01T00:00:00Z\","
                                        + "\"seen\":\"2026-01-01T00:00:00Z\"}"))
                        .build());
    }

    @Test
    void aContainerOfAHostThatWasForgottenAnswersStill() {
        quarantined("10.77.0.99", "02:50:0a:4d:00:63");
        assertFound(DisagreementClass.GHOST);
    }

    @Test
    void aContainerThatIsTakenForAStranger() {
        quarantined(
                web.ip().toString(),
                io.patchbay.core.network.Macs.ofContainer(java.util.List.of(web.address()), "")
                        .toString());
        assertFound(DisagreementClass.QUARANTINE_OF_CONTAINER);
    }

    @Test
    void aMachineInQuarantineIsNone() {
        quarantined("10.77.0.99", "00:11:22:33:44:55");
        assertFound();
    }
}
