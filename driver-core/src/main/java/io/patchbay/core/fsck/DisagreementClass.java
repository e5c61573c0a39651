package io.patchbay.core.fsck;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can disagree. Each is a row of the table in docs/design/fsck.md. */
public enum DisagreementClass {
    // the store with itself
    CLAIM_NEVER_BOUND(Mender.DAEMON),
    CLAIM_NEVER_RELEASED(Mender.DAEMON),
    CLAIM_HELD_TOO_LONG(Mender.DAEMON),
    CLAIM_WITHOUT_ENDPOINT(Mender.DAEMON),
    CLAIM_OF_OTHER_MAC(Mender.FSCK),
    CLAIM_OUTSIDE_POOL(Mender.PERSON),
    CLAIM_WITHOUT_POOL(Mender.PERSON),
    SHARED_CLAIM_WITHOUT_POOL(Mender.DAEMON),
    SHARED_CLAIM_MISSING(Mender.DAEMON),
    GATEWAY_OF_CONTAINER(Mender.PERSON),
    MACHINE_OF_CONTAINER(Mender.PERSON),
    ENDPOINT_WITHOUT_CLAIM(Mender.DAEMON),
    ENDPOINT_LOST_ADDRESS(Mender.DAEMON),
    ENDPOINT_WITHOUT_NETWORK(Mender.PERSON),
    ENDPOINT_OUTSIDE_NETWORK(Mender.PERSON),
    DOUBLED_ADDRESS(Mender.PERSON),
    DOUBLED_MAC(Mender.PERSON),
    MAC_WITHOUT_CLAIM(Mender.DAEMON),
    MAC_CLAIM_WITHOUT_ENDPOINT(Mender.DAEMON),
    NETWORK_WITHOUT_POOL(Mender.PERSON),
    NETWORK_WITHOUT_USER(Mender.PERSON),
    NETWORK_WITHOUT_DEFINITION(Mender.PERSON),
    USER_WITHOUT_NETWORK(Mender.FSCK),
    POOL_MISSING(Mender.DAEMON),
    POOL_WITHOUT_USER(Mender.DAEMON),
    POOL_OFF_SEGMENT(Mender.FSCK),
    SEGMENT_WITHOUT_POOL(Mender.FSCK),
    POOLS_OVERLAP(Mender.PERSON),
    RESERVED_OUTSIDE_POOL(Mender.PERSON),
    HOST_NOT_ALIVE(Mender.FSCK),
    HOST_UNKNOWN(Mender.PERSON),
    GHOST(Mender.PERSON),
    QUARANTINE_OF_CONTAINER(Mender.DAEMON),
    RECORD(Mender.PERSON),
    // what the daemon knows of it
    MEMORY_DIFFERS(Mender.FSCK),
    // the kernel
    LINK_WITHOUT_ENDPOINT(Mender.DAEMON),
    LINK_OF_OTHER_ENDPOINT(Mender.PERSON),
    LINK_MAC(Mender.PERSON),
    LINK_BLOCKED(Mender.PERSON),
    CONTAINER_LINK(Mender.DAEMON),
    UNKNOWN_LINK(Mender.PERSON),
    MAC_OF_HOST(Mender.PERSON),
    BRIDGE(Mender.PERSON),
    BRIDGE_WITHOUT_NETWORK(Mender.DAEMON),
    ENDPOINT_WITHOUT_LINK(Mender.DAEMON),
    ENDPOINT_OUT_OF_SANDBOX(Mender.DAEMON),
    FORWARDING_ASTRAY(Mender.PERSON),
    // the containers' namespaces
    SANDBOX_WITHOUT_ADDRESS(Mender.PERSON),
    SANDBOX_WITH_OTHER_ADDRESS(Mender.PERSON),
    SANDBOX_MAC(Mender.PERSON),
    SANDBOX_DOWN(Mender.PERSON),
    // the engine
    UNKNOWN_NETWORK(Mender.PERSON),
    NETWORK_UNKNOWN_TO_ENGINE(Mender.DAEMON),
    POOL_WITHOUT_NETWORK(Mender.DAEMON),
    CONTAINER_WITHOUT_ENDPOINT(Mender.PERSON),
    ENDPOINT_UNKNOWN_TO_ENGINE(Mender.PERSON),
    REPLICATION(Mender.PERSON),
    // the wire
    DUPLICATE_ADDRESS(Mender.PERSON),
    ADDRESS_CONFLICT(Mender.PERSON);

    /** Who mends it. */
    public enum Mender {
        /** The daemon by itself after a while, and at once whoever asks for it. */
        DAEMON,
        /** Nobody until somebody asks for it. */
        FSCK,
        /** A person: what is to be done is told. */
        PERSON
    }

    private final Mender mender;

    DisagreementClass(Mender mender) {
        this.mender = mender;
    }

    public Mender mender() {
        return mender;
    }

    /** As operators read it, and as the check of {@code doctor} is called that tells of it too. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The class of that word. */
    public static Optional<DisagreementClass> of(String word) {
        return Stream.of(values()).filter(c -> c.word().equals(word)).findFirst();
    }
}
