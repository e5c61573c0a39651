package io.patchbay.e2e.cluster;

/** Options of the labs here; classes with the same ones share a lab. */
final class Options {
    /** What a crash left behind is collected after seconds. */
    static final String GRACE = "LAB_PATCHBAY_ARGS=--grace 2";

    /** A host that is gone for the shortest time that may be set loses its addresses if nothing answers. */
    static final String DEAD_HOSTS = "LAB_PATCHBAY_ARGS=--grace 2 --dead-host-after 30s";

    /** Hosts that disagree about the time of day by hours. */
    static final String CLOCKS = "LAB_CLOCKS=2=+10800 3=-18000";

    private Options() {}
}
