package io.patchbay.daemon;

import io.patchbay.api.Arguments;
import io.patchbay.api.Operation;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.fsck.Disagreement;
import io.patchbay.core.fsck.Fsck;
import io.patchbay.core.fsck.Outcome;
import io.patchbay.core.fsck.Report;
import io.patchbay.core.fsck.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Operations that compare the store, the kernel, the engine and the LAN, and repair. Looking changes nothing, and is
 * for root all the same: it asks all four.
 */
final class FsckOperations {
    /** It looks twice, and may have to wait for the engine each time. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private FsckOperations() {}

    static List<Operation> of(Fsck fsck) {
        return List.of(
                new Operation("/v1/fsck", DEADLINE, arguments -> look(fsck, arguments)),
                new Operation("/v1/fsck/repair", DEADLINE, arguments -> repair(fsck, arguments)));
    }

    private static Map<String, Object> look(Fsck fsck, Arguments arguments) {
        Report own = fsck.look();
        List<Fsck.HostReport> hosts = arguments.flag("allHosts") ? fsck.ofAllHosts(own) : List.of(fsck.ofThisHost(own));
        return Map.of("hosts", hosts.stream().map(FsckOperations::host).toList());
    }

    private static Map<String, Object> host(Fsck.HostReport host) {
        return Map.of(
                "host",
                host.host(),
                "age",
                host.age(),
                "found",
                host.report().found().stream().map(FsckOperations::found).toList(),
                "unseen",
                host.report().unseen());
    }

    private static Map<String, Object> found(Disagreement d) {
        return Map.of(
                "class",
                d.of().word(),
                "host",
                d.host(),
                "subject",
                d.subject(),
                "evidence",
                d.evidence(),
                "repair",
                d.repair(),
                "mender",
                d.of().mender().name().toLowerCase(Locale.ROOT));
    }

    private static Map<String, Object> repair(Fsck fsck, Arguments arguments) {
        List<Wanted> wanted =
                arguments.list("wanted").stream().map(FsckOperations::wanted).toList();
        return Map.of(
                "outcomes",
                fsck.repair(wanted).stream().map(FsckOperations::outcome).toList());
    }

    /** Class, host and subject, with a tab between them; the host is empty where it is the store's alone. */
    private static Wanted wanted(String text) {
        String[] parts = text.split("\t", 3);
        if (parts.length != 3) {
            throw new PatchbayException(
                    Kind.INVALID, "wanted \"" + text + "\" is not class, host and subject with a tab between them");
        }
        return new Wanted(parts[0], parts[1], parts[2]);
    }

    private static Map<String, Object> outcome(Outcome outcome) {
        return Map.of(
                "class",
                outcome.wanted().word(),
                "host",
                outcome.wanted().host(),
                "subject",
                outcome.wanted().subject(),
                "result",
                outcome.result().name().toLowerCase(Locale.ROOT),
                "message",
                outcome.message());
    }
}
