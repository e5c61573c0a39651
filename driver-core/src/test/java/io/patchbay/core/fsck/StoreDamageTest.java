package io.patchbay.core.fsck;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.network.Macs;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage to what is kept. */
final class StoreDamageTest extends DamagedHost {
    private static final String FREE = CLAIMS + "10.77.0.99";

    private void claimLike(String life) {
        copy(claim(web), FREE, json -> {
            json.put("address", "10.77.0.99").put("state", life).put("endpoint", (String) null);
            json.remove("endpoint");
        });
    }

    @Test
    void aClaimThatACrashLeftBeforeItsEndpointWasMade() {
        claimLike("PENDING");
        assertMends(DisagreementClass.CLAIM_NEVER_BOUND);
    }

    @Test
    void aClaimThatACrashLeftBeforeItsEndpointWasMadeIsDroppedOnWish() {
        claimLike("PENDING");
        assertRepaired(DisagreementClass.CLAIM_NEVER_BOUND);
    }

    @Test
    void aClaimWhoseReleaseWasNeverHeard() {
        claimLike("RELEASING");
        assertMends(DisagreementClass.CLAIM_NEVER_RELEASED);
    }

    @Test
    void aHeldClaimThatNobodyDrops() {
        claimLike("HELD");
        world.time.pass(Duration.ofMinutes(6));
        assertRepaired(DisagreementClass.CLAIM_HELD_TOO_LONG);
    }

    @Test
    void aClaimOfAnEndpointThatThereIsNot() {
        copy(claim(web), FREE, json -> json.put("address", "10.77.0.99").put("endpoint", world.newId()));
        assertMends(DisagreementClass.CLAIM_WITHOUT_ENDPOINT);
    }

    @Test
    void aClaimWithTheMacOfAnother() {
        edit(claim(web), json -> json.put("mac", "02:50:0a:4d:00:63"));
        assertRepaired(DisagreementClass.CLAIM_OF_OTHER_MAC);
    }

    @Test
    void aClaimThatItsPoolDoesNotHave() {
        copy(claim(web), CLAIMS + "10.79.0.1", json -> json.put("address", "10.79.0.1"));
        assertFound(DisagreementClass.CLAIM_OUTSIDE_POOL);
    }

    @Test
    void aClaimOfAPoolThatThereIsNot() {
        copy(
                claim(web),
                "claims/default~10.79.0.0_24/10.79.0.1",
                json -> json.put("address", "10.79.0.1").put("pool", "default~10.79.0.0_24"));
        assertFound(DisagreementClass.CLAIM_WITHOUT_POOL);
    }

    @Test
    void aGatewaysClaimOfAPoolThatThereIsNot() {
        copy(
                CLAIMS + "10.77.0.254",
                "claims/default~10.79.0.0_24/10.79.0.254",
                json -> json.put("address", "10.79.0.254").put("pool", "default~10.79.0.0_24"));
        assertMends(DisagreementClass.SHARED_CLAIM_WITHOUT_POOL);
    }

    @Test
    void aLostClaim() {
        delete(claim(web));
        assertRepaired(DisagreementClass.ENDPOINT_WITHOUT_CLAIM);
    }

    @Test
    void anAddressThatAnotherHostHasBecauseOfAnOldBackup() {
        edit(claim(web), json -> json.put("host", "h2").put("endpoint", db.endpoint()));
        assertFound(DisagreementClass.ENDPOINT_LOST_ADDRESS);
    }

    /** Before the daemon has heard of it and puts it back. */
    @Test
    void theGatewaysClaimIsLost() {
        delete(CLAIMS + "10.77.0.254");
        assertUnheard(DisagreementClass.SHARED_CLAIM_MISSING, DisagreementClass.SHARED_CLAIM_MISSING);
    }

    @Test
    void anAuxAddressesClaimIsLost() {
        delete(CLAIMS + "10.77.0.5");
        assertUnheard(DisagreementClass.SHARED_CLAIM_MISSING, DisagreementClass.SHARED_CLAIM_MISSING);
    }

    @Test
    void theRoutersAddressIsGivenToAContainer() {
        edit(
                CLAIMS + "10.77.0.254",
                json -> json.put("kind", "ENDPOINT")
                        .put("endpoint", web.endpoint())
                        .put("host", "h1"));
        assertFound(DisagreementClass.GATEWAY_OF_CONTAINER);
    }

    @Test
    void aHostsOwnAddressIsGivenToAContainer() {
        edit("hosts/h2", json -> json.putArray("addresses").add(web.ip() + "/24"));
        assertFound(DisagreementClass.MACHINE_OF_CONTAINER);
    }

    @Test
    void anAddressOnTwoHosts() {
        edit(endpoint("h2", db), json -> json.putArray("addresses").add(web.ip() + "/24"));
        delete(claim(db));
        assertFound(
                DisagreementClass.DOUBLED_ADDRESS,
                DisagreementClass.ENDPOINT_LOST_ADDRESS,
                DisagreementClass.MAC_WITHOUT_CLAIM);
    }

    @Test
    void aMacOnTwoHosts() {
        String mac = "02:11:22:33:44:55";
        edit(endpoint("h1", web), json -> json.put("mac", mac));
        configure(web, mac, web.address());
        edit(endpoint("h2", db), json -> json.put("mac", mac));
        edit(claim(web), json -> json.put("mac", mac));
        edit(claim(db), json -> json.put("mac", mac));
        assertFound(DisagreementClass.DOUBLED_MAC, DisagreementClass.MAC_WITHOUT_CLAIM);
    }

    @Test
    void aGivenMacThatIsNotClaimed() {
        edit(endpoint("h1", web), json -> json.put("mac", "02:11:22:33:44:55").put("macGiven", true));
        configure(web, "02:11:22:33:44:55", web.address());
        edit(claim(web), json -> json.put("mac", "02:11:22:33:44:55"));
        assertMends(DisagreementClass.MAC_WITHOUT_CLAIM);
    }

    @Test
    void aMacThatNoEndpointHas() {
        world.store()
                .commit(Transaction.builder()
                        .put(
                                "macs/default/02:11:22:33:44:55",
                                Value.of("{\"lan\":\"default\",\"mac\":\"02:11:22:33:44:55\",\"host\":\"h1\","
                                        + "\"endpoint\":\"" + "0".repeat(64)
                                        + "\",\"since\":\"2026-01-01T00:00:00Z\"}"))
                        .build());
        assertMends(DisagreementClass.MAC_CLAIM_WITHOUT_ENDPOINT);
    }

    @Test
    void anEndpointWhoseNetworkIsLost() {
        delete(network("h1"));
        assertFound(
                DisagreementClass.ENDPOINT_WITHOUT_NETWORK,
                DisagreementClass.USER_WITHOUT_NETWORK,
                DisagreementClass.UNKNOWN_NETWORK);
    }

    @Test
    void anEndpointThatItsNetworkDoesNotHave() {
        edit(endpoint("h1", web), json -> json.withArray("addresses").add("10.79.0.1/24"));
        configure(
                web,
                Macs.ofContainer(List.of(web.address()), web.endpoint()).toString(),
                web.address(),
                Cidr.parse("10.79.0.1/24"));
        assertFound(DisagreementClass.ENDPOINT_OUTSIDE_NETWORK);
    }

    @Test
    void aUseOfAPoolThatAForgottenHostLeft() {
        String user = user("h1");
        String left = user.substring(0, user.length() - 1) + (user.endsWith("0") ? "1" : "0");
        copy(
                user,
                left,
                json -> json.put("id", left.substring(left.lastIndexOf('/') + 1))
                        .put("network", "f".repeat(64)));
        assertRepaired(DisagreementClass.USER_WITHOUT_NETWORK);
    }

    @Test
    void aNetworkThatItsPoolDoesNotKnow() {
        delete(user("h1"));
        assertFound(DisagreementClass.NETWORK_WITHOUT_USER);
    }

    @Test
    void aDefinitionThatSomebodyDeleted() {
        delete(key("definitions/"));
        assertUnheard(DisagreementClass.NETWORK_WITHOUT_DEFINITION);
    }

    @Test
    void aHostThatIsNotThereAndHasThings() {
        delete("alive/h2");
        delete("hosts/h2");
        assertFound(DisagreementClass.HOST_UNKNOWN);
    }

    @Test
    void aLivingHostThatTheStoreTakesForDead() {
        delete("alive/h1");
        assertRepaired(DisagreementClass.HOST_NOT_ALIVE);
    }

    @Test
    void aRecordThatNobodyCanRead() {
        world.store()
                .commit(Transaction.builder()
                        .put(FREE, Value.of("{\"since\":\"some day\"}"))
                        .build());
        assertFound(DisagreementClass.RECORD);
    }
}
