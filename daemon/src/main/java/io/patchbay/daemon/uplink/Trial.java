package io.patchbay.daemon.uplink;

import io.patchbay.daemon.uplink.persist.Persistent;
import java.util.Collection;
import java.util.List;

/**
 * A change that is to be undone unless it is said to stay: all that is needed for that, by whoever does it.
 *
 * @param id tells it from any other
 * @param place where it was done, see {@link Host#place}
 * @param process who does it, and when that began: numbers come again
 * @param deadline by {@link Host#uptime}
 * @param addressing how the kernel made the NIC's IPv6 addresses before the bridge
 * @param before the picture's lines that must be there when it is undone
 * @param finish lines for when it stays
 * @param answered who is to answer in the end
 * @param persistent how it outlives a reboot
 */
record Trial(
        String id,
        Kind kind,
        Phase phase,
        String place,
        long process,
        String began,
        double deadline,
        String nic,
        String bridge,
        String addressing,
        List<Step> steps,
        List<String> before,
        List<String> finish,
        List<Look.Target> answered,
        Persistent persistent) {
    Trial {
        steps = List.copyOf(steps);
        before = List.copyOf(before);
        finish = List.copyOf(finish);
        answered = List.copyOf(answered);
    }

    /** What it is. */
    enum Kind {
        TAKE,
        RELEASE
    }

    /** How far it is. */
    enum Phase {
        /** The steps are done one after the other, and it is looked whether others still answer. */
        DOING,
        /** All is done, and a person is to say that it stays. */
        ASKING,
        /** Somebody has said so. The host's configuration is written and who reads it is told, and looked again. */
        WRITING,
        /** It stays; what is left of it is done by whoever comes. */
        KEPT
    }

    Trial in(Phase next, double until) {
        return with(next, process, began, until, answered, persistent);
    }

    /** The same, which from now on {@code owner} attends to. */
    Trial by(long owner, Host host) {
        return with(phase, owner, host.began(owner), deadline, answered, persistent);
    }

    /** The same, with those who answered before. */
    Trial answeredBy(Collection<Look.Target> who) {
        return with(phase, process, began, deadline, List.copyOf(who), persistent);
    }

    /** The same, so that it outlives a reboot. */
    Trial with(Persistent how) {
        return with(phase, process, began, deadline, answered, how);
    }

    /** The same, with what of it ever changes. */
    private Trial with(
            Phase newPhase,
            long newProcess,
            String newBegan,
            double newDeadline,
            List<Look.Target> newAnswered,
            Persistent newPersistent) {
        return new Trial(
                id,
                kind,
                newPhase,
                place,
                newProcess,
                newBegan,
                newDeadline,
                nic,
                bridge,
                addressing,
                steps,
                before,
                finish,
                newAnswered,
                newPersistent);
    }

    /** The link that had the host's addresses before. */
    String from() {
        return kind == Kind.TAKE ? nic : bridge;
    }

    /** The link that is to have them. */
    String to() {
        return kind == Kind.TAKE ? bridge : nic;
    }

    /** Whether the process that does it is still there. */
    boolean isAttended(Host host) {
        return !began.isEmpty() && host.began(process).equals(began);
    }

    /** Whether it is to be undone now. */
    boolean isLost(Host host) {
        return phase != Phase.KEPT && (host.uptime() > deadline || (phase != Phase.ASKING && !isAttended(host)));
    }
}
