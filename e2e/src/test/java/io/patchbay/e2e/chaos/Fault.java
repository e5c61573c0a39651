package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Router;
import io.patchbay.e2e.lab.Squatter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is done to a host, to the LAN, or to etcd as a whole, and how it ends. */
enum Fault {
    DAEMON_KILLED(Of.HOST, (lab, host) -> ended(host, "patchbay", true)),
    DAEMON_STOPPED(Of.HOST, (lab, host) -> ended(host, "patchbay", false)),
    DAEMON_HUNG(Of.HOST, (lab, host) -> hung(host, "patchbay")),
    ENGINE_KILLED(Of.HOST, (lab, host) -> ended(host, "dockerd", true)),
    ENGINE_STOPPED(Of.HOST, (lab, host) -> ended(host, "dockerd", false)),
    POWER_CUT(Of.HOST, (lab, host) -> {
        host.crash();
        return host::boot;
    }),
    CUT_OFF(Of.CABLE, (lab, host) -> {
        host.cut();
        return host::mend;
    }),
    CUT_FROM_ETCD(Of.CABLE, (lab, host) -> {
        host.cutFromEtcd();
        return host::mend;
    }),
    CUT_FROM_LAN(Of.CABLE, (lab, host) -> {
        host.cutFromLan();
        return host::mend;
    }),
    /** It says what it wants, and hears nothing. */
    DEAF(Of.CABLE, (lab, host) -> {
        host.deafen();
        return host::mend;
    }),
    /** It hears all, and nobody hears it. */
    MUTE(Of.CABLE, (lab, host) -> {
        host.mute();
        return host::mend;
    }),
    /** Cut off until the others take it for dead, then forgotten by one of them; it comes back. */
    FORGOTTEN(Of.CABLE, Forgotten::begin),
    ETCD_LOSSY(Of.HOST, (lab, host) -> line(host, "loses")),
    ETCD_LATE(Of.HOST, (lab, host) -> line(host, "delays")),
    CLOCK_JUMPED(Of.HOST, (lab, host) -> jumped(host)),
    DISK_FULL(Of.HOST, (lab, host) -> {
        host.fillDisk(true);
        return () -> host.fillDisk(false);
    }),
    /** A machine takes an address that containers have, or would be given. */
    SQUATTED(Of.LAN, (lab, host) -> Squatter.with(lab, Lab.NET + "." + Fault.SQUATTED_LAST + "/24")::close),
    ROUTER_ADVERTISED(Of.LAN, (lab, host) -> Router.advertising(lab, Duration.ofMillis(200))::close),
    MEMBER_KILLED(Of.HOST, (lab, host) -> ended(host, "etcd", true)),
    MEMBER_HUNG(Of.HOST, (lab, host) -> hung(host, "etcd")),
    ETCD_KILLED(Of.ETCD, (lab, host) -> {
        lab.etcd().kill();
        return lab.etcd()::start;
    }),
    ETCD_HUNG(Of.ETCD, (lab, host) -> {
        lab.etcd().signal("STOP");
        return () -> lab.etcd().signal("CONT");
    }),
    ETCD_RESTORED(Of.ETCD, (lab, host) -> {
        lab.etcd().restore(Fault.BACKUP);
        return lab.etcd()::start;
    }),
    ETCD_WIPED(Of.ETCD, (lab, host) -> {
        lab.etcd().wipe();
        return lab.etcd()::start;
    }),
    /** The daemons put back what was deleted. */
    PREFIX_DELETED(Of.COMMAND, (lab, host) -> {
        lab.etcd().ctl("del", "--prefix", Etcd.PREFIX).ok();
        return () -> {};
    }),
    /** Watches that lag find that what they missed is no longer told. */
    COMPACTED(Of.COMMAND, (lab, host) -> {
        lab.etcd().compact();
        return () -> {};
    }),
    /** The same while a host is away, which finds that nobody tells it any more what it has missed. */
    COMPACTED_IN_A_CUT(Of.CABLE, (lab, host) -> {
        host.cutFromEtcd();
        lab.etcd().compactAsFarAsPossible();
        return host::mend;
    });

    /** What {@link #ETCD_RESTORED} restores, of some calm moment before. */
    static final String BACKUP = "backup";

    private static final Duration JUMP = Duration.ofHours(7);
    private static final int SQUATTED_LAST = 140;

    private final Of of;

    @SuppressWarnings("ImmutableEnumChecker") // a deed has no state
    private final Deed deed;

    Fault(Of of, Deed deed) {
        this.of = of;
        this.deed = deed;
    }

    /** To what it is done. */
    private enum Of {
        HOST,
        CABLE,
        LAN,
        ETCD,
        COMMAND
    }

    private interface Deed {
        Ending on(Lab lab, Host host);
    }

    /** How a fault ends, and what is done when all of them have. */
    interface Ending {
        void end();

        default void afterwards() {}
    }

    private static Ending ended(Host host, String program, boolean kill) {
        host.end(program, kill);
        return () -> host.start(program);
    }

    private static Ending hung(Host host, String program) {
        host.freeze(program);
        return () -> host.thaw(program);
    }

    private static Ending jumped(Host host) {
        host.jump(JUMP);
        return () -> host.jump(Duration.ZERO);
    }

    private static Ending line(Host host, String how) {
        host.line(how);
        return () -> host.line("ok");
    }

    /** Does it; what ends it. */
    Ending begin(Lab lab, Host host) {
        return deed.on(lab, host);
    }

    /** Whether a host is cut off by it, from whatever. */
    boolean isOfCable() {
        return of == Of.CABLE;
    }

    /** Whether it is one command to etcd, which fails while that has no quorum. */
    boolean isCommand() {
        return of == Of.COMMAND;
    }

    /** Whether it is done to etcd or the LAN as a whole; of these there is one at a time. */
    boolean isOfAll() {
        return of == Of.ETCD || of == Of.COMMAND || of == Of.LAN;
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
