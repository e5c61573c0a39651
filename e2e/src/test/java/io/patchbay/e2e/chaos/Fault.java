package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is done to a host, or to etcd as a whole, and how it ends. */
enum Fault {
    DAEMON_KILLED(Of.HOST, (lab, host) -> host.end("patchbay", true), (lab, host) -> host.start("patchbay")),
    DAEMON_STOPPED(Of.HOST, (lab, host) -> host.end("patchbay", false), (lab, host) -> host.start("patchbay")),
    DAEMON_HUNG(Of.HOST, (lab, host) -> host.freeze("patchbay"), (lab, host) -> host.thaw("patchbay")),
    ENGINE_KILLED(Of.HOST, (lab, host) -> host.end("dockerd", true), (lab, host) -> host.start("dockerd")),
    ENGINE_STOPPED(Of.HOST, (lab, host) -> host.end("dockerd", false), (lab, host) -> host.start("dockerd")),
    POWER_CUT(Of.HOST, (lab, host) -> host.crash(), (lab, host) -> host.boot()),
    CUT_OFF(Of.CABLE, (lab, host) -> host.cut(), (lab, host) -> host.mend()),
    CUT_FROM_ETCD(Of.CABLE, (lab, host) -> host.cutFromEtcd(), (lab, host) -> host.mend()),
    CUT_FROM_LAN(Of.CABLE, (lab, host) -> host.cutFromLan(), (lab, host) -> host.mend()),
    MEMBER_KILLED(Of.HOST, (lab, host) -> host.end("etcd", true), (lab, host) -> host.start("etcd")),
    MEMBER_HUNG(Of.HOST, (lab, host) -> host.freeze("etcd"), (lab, host) -> host.thaw("etcd")),
    ETCD_KILLED(Of.ETCD, (lab, host) -> lab.etcd().kill(), Fault::startEtcd),
    ETCD_HUNG(
            Of.ETCD,
            (lab, host) -> lab.etcd().signal("STOP"),
            (lab, host) -> lab.etcd().signal("CONT")),
    ETCD_RESTORED(Of.ETCD, (lab, host) -> lab.etcd().restore(Fault.BACKUP), Fault::startEtcd),
    ETCD_WIPED(Of.ETCD, (lab, host) -> lab.etcd().wipe(), Fault::startEtcd),
    PREFIX_DELETED(
            Of.COMMAND,
            (lab, host) -> lab.etcd().ctl("del", "--prefix", Etcd.PREFIX).ok(),
            Fault::nothing),
    /** Watches that lag find that what they missed is no longer told. */
    COMPACTED(Of.COMMAND, (lab, host) -> lab.etcd().compact(), Fault::nothing);

    /** What {@link #ETCD_RESTORED} restores, of some calm moment before. */
    static final String BACKUP = "backup";

    private final Of of;

    @SuppressWarnings("ImmutableEnumChecker") // a deed has no state
    private final Deed begin;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Deed end;

    Fault(Of of, Deed begin, Deed end) {
        this.of = of;
        this.begin = begin;
        this.end = end;
    }

    /** To what it is done. */
    private enum Of {
        HOST,
        CABLE,
        ETCD,
        COMMAND
    }

    private interface Deed {
        void on(Lab lab, Host host);
    }

    private static void startEtcd(Lab lab, Host host) {
        lab.etcd().start();
    }

    private static void nothing(Lab lab, Host host) {
        // the daemons put back what was deleted, and the rest has been done
    }

    void begin(Lab lab, Host host) {
        begin.on(lab, host);
    }

    void end(Lab lab, Host host) {
        end.on(lab, host);
    }

    /** Whether a host is cut off by it, from whatever. */
    boolean isOfCable() {
        return of == Of.CABLE;
    }

    /** Whether it is one command to etcd, which fails while that has no quorum. */
    boolean isCommand() {
        return of == Of.COMMAND;
    }

    /** Whether it is done to etcd as a whole; of these there is one at a time. */
    boolean isOfAll() {
        return of == Of.ETCD || of == Of.COMMAND;
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
