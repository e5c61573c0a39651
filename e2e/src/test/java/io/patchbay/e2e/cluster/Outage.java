package io.patchbay.e2e.cluster;

import io.patchbay.e2e.lab.Lab;

/** Ways in which host 1 loses etcd. */
enum Outage {
    /** All members have ended. */
    KILLED {
        @Override
        void begin(Lab lab) {
            lab.etcd().kill();
        }

        @Override
        void end(Lab lab) {
            lab.etcd().start();
        }
    },
    /** All members hang: connections stay, nothing answers. */
    HUNG {
        @Override
        void begin(Lab lab) {
            lab.etcd().signal("STOP");
        }

        @Override
        void end(Lab lab) {
            lab.etcd().signal("CONT");
        }
    },
    /** The host alone is cut off from etcd, and still on the LAN. */
    CUT {
        @Override
        void begin(Lab lab) {
            lab.host(1).cutFromEtcd();
        }

        @Override
        void end(Lab lab) {
            lab.host(1).mend();
        }
    };

    abstract void begin(Lab lab);

    abstract void end(Lab lab);
}
