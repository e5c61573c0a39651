package io.patchbay.core.ipam;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import java.util.Optional;

/** What it means that something on the LAN answers for an address, with regard to the address's claim. */
enum AnswerMeaning {
    /** One of ours has it, or may have. */
    OURS,
    /** It was given to a container of this host, and something else has it. */
    CONTESTED,
    /** It is this host's, no container of it has it, and something else does: the claim is to end. */
    TO_BE_LET_GO,
    /** Nobody has claimed it. */
    FOREIGN;

    /** {@code host}: that heard {@code mac} answer. */
    static AnswerMeaning of(Optional<Claim> claim, MacAddress mac, String host) {
        return claim.map(c -> of(c, mac, host)).orElse(FOREIGN);
    }

    private static AnswerMeaning of(Claim claim, MacAddress mac, String host) {
        boolean own = claim.isOf(host) && claim.leader().isEmpty();
        boolean itself = claim.life().container().mac().filter(mac::equals).isPresent();
        if (!own || itself) {
            return OURS;
        }
        return claim.life()
                .map(new Life.Cases<>(
                        shared -> OURS,
                        asked -> CONTESTED,
                        bound -> CONTESTED,
                        releasing -> OURS,
                        held -> TO_BE_LET_GO,
                        spare -> TO_BE_LET_GO));
    }

    /** Whether the address is to be kept from all. */
    boolean isForQuarantine() {
        return this == FOREIGN || this == TO_BE_LET_GO;
    }
}
