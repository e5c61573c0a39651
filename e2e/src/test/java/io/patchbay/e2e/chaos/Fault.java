package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is done to a host, or to etcd as a whole, and how it ends. */
enum Fault {
    DAEMON_KILLED {
        @Override
        void begin(Lab lab, Host host) {
            host.end("patchbay", true);
        }

        @Override
        void end(Lab lab, Host host) {
            host.start("patchbay");
        }
    },
    DAEMON_STOPPED {
        @Override
        void begin(Lab lab, Host host) {
            host.end("patchbay", false);
        }

        @Override
        void end(Lab lab, Host host) {
            host.start("patchbay");
        }
    },
    DAEMON_HUNG {
        @Override
        void begin(Lab lab, Host host) {
            host.freeze("patchbay");
        }

        @Override
        void end(Lab lab, Host host) {
            host.thaw("patchbay");
        }
    },
    ENGINE_KILLED {
        @Override
        void begin(Lab lab, Host host) {
            host.end("dockerd", true);
        }

        @Override
        void end(Lab lab, Host host) {
            host.start("dockerd");
        }
    },
    ENGINE_STOPPED {
        @Override
        void begin(Lab lab, Host host) {
            host.end("dockerd", false);
        }

        @Override
        void end(Lab lab, Host host) {
            host.start("dockerd");
        }
    },
    POWER_CUT {
        @Override
        void begin(Lab lab, Host host) {
            host.crash();
        }

        @Override
        void end(Lab lab, Host host) {
            host.boot();
        }
    },
    CUT_OFF {
        @Override
        void begin(Lab lab, Host host) {
            host.cut();
        }

        @Override
        void end(Lab lab, Host host) {
            host.mend();
        }
    },
    CUT_FROM_ETCD {
        @Override
        void begin(Lab lab, Host host) {
            host.cutFromEtcd();
        }

        @Override
        void end(Lab lab, Host host) {
            host.mend();
        }
    },
    CUT_FROM_LAN {
        @Override
        void begin(Lab lab, Host host) {
            host.cutFromLan();
        }

        @Override
        void end(Lab lab, Host host) {
            host.mend();
        }
    },
    MEMBER_KILLED {
        @Override
        void begin(Lab lab, Host host) {
            host.end("etcd", true);
        }

        @Override
        void end(Lab lab, Host host) {
            host.start("etcd");
        }
    },
    MEMBER_HUNG {
        @Override
        void begin(Lab lab, Host host) {
            host.freeze("etcd");
        }

        @Override
        void end(Lab lab, Host host) {
            host.thaw("etcd");
        }
    },
    ETCD_KILLED {
        @Override
        void begin(Lab lab, Host host) {
            lab.etcd().kill();
        }

        @Override
        void end(Lab lab, Host host) {
            lab.etcd().start();
        }
    },
    ETCD_HUNG {
        @Override
        void begin(Lab lab, Host host) {
            lab.etcd().signal("STOP");
        }

        @Override
        void end(Lab lab, Host host) {
            lab.etcd().signal("CONT");
        }
    },
    ETCD_RESTORED {
        @Override
        void begin(Lab lab, Host host) {
            lab.etcd().restore(BACKUP);
        }

        @Override
        void end(Lab lab, Host host) {
            lab.etcd().start();
        }
    },
    ETCD_WIPED {
        @Override
        void begin(Lab lab, Host host) {
            lab.etcd().wipe();
        }

        @Override
        void end(Lab lab, Host host) {
            lab.etcd().start();
        }
    },
    PREFIX_DELETED {
        @Override
        void begin(Lab lab, Host host) {
            lab.etcd().ctl("del", "--prefix", Etcd.PREFIX).ok();
        }

        @Override
        void end(Lab lab, Host host) {
            // the daemons put it back
        }
    },
    /** Watches that lag find that what they missed is no longer told. */
    COMPACTED {
        @Override
        void begin(Lab lab, Host host) {
            lab.etcd().compact();
        }

        @Override
        void end(Lab lab, Host host) {
            // it has been done
        }
    };

    /** What {@link #ETCD_RESTORED} restores, of some calm moment before. */
    static final String BACKUP = "backup";

    private static final Set<Fault> OF_ALL =
            EnumSet.of(ETCD_KILLED, ETCD_HUNG, ETCD_RESTORED, ETCD_WIPED, PREFIX_DELETED, COMPACTED);

    abstract void begin(Lab lab, Host host);

    abstract void end(Lab lab, Host host);

    /** Whether a host is cut off by it, from whatever. */
    boolean isOfCable() {
        return this == CUT_OFF || this == CUT_FROM_ETCD || this == CUT_FROM_LAN;
    }

    /** Whether it is one command to etcd, which fails while that has no quorum. */
    boolean isCommand() {
        return this == PREFIX_DELETED || this == COMPACTED;
    }

    /** Whether it is done to etcd as a whole; of these there is one at a time. */
    boolean isOfAll() {
        return OF_ALL.contains(this);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those that a list like {@code power-cut,etcd-wiped} names; all of them for an empty one. */
    static List<Fault> listed(String list) {
        if (list.isBlank()) {
            return List.of(values());
        }
        return Arrays.stream(list.split(",")).map(Fault::named).toList();
    }

    private static Fault named(String word) {
        return Arrays.stream(values())
                .filter(fault -> fault.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + word + "\" is no fault; there are "
                        + String.join(
                                ", ", Arrays.stream(values()).map(Fault::word).toList())));
    }
}
