package io.patchbay.e2e.cluster;

import io.patchbay.e2e.lab.Lab;

/** Options of the labs here; classes with the same ones share a lab. */
final class Options {
    /** What a crash left behind is collected after seconds. */
    static final String GRACE = "LAB_PATCHBAY_ARGS=--grace 2";

    /** A host that is gone for the shortest time that may be set loses its addresses if nothing answers. */
    static final String DEAD_HOSTS = "LAB_PATCHBAY_ARGS=--grace 2 --dead-host-after 30s";

    /** Hosts that disagree about the time of day by hours. */
    static final String CLOCKS = "LAB_CLOCKS=2=+10800 3=-18000";

    /** Daemons that lost the store several times look for it every two seconds, in place of every half minute. */
    static final String IMPATIENT = "PATCHBAY_JAVA_OPTS=" + Lab.JAVA_OPTS + " -Dpatchbay.longest-pause=2";

    private Options() {}
}
