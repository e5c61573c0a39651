package io.patchbay.core.fsck;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.fsck.Picture.EngineView;
import io.patchbay.core.ipam.Machines;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Records;
import io.patchbay.core.state.Refs;
import io.patchbay.core.time.TimeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks the kernel and the engine what a {@link Picture} is made of. */
final class PictureTaker {
    private final String host;
    private final Links links;
    private final Machines machines;
    private final TimeSource time;

    PictureTaker(String host, Links links, Machines machines, TimeSource time) {
        this.host = host;
        this.links = links;
        this.machines = machines;
        this.time = time;
    }

    /** An engine, and what it calls us. */
    record AskedEngine(Engine engine, String driver) {}

    /** With what the engine says if there is one; why not, if it says nothing, is added to {@code unseen}. */
    Picture take(Records records, Optional<AskedEngine> engine, List<String> unseen) {
        Optional<EngineView> view = engine.flatMap(asked -> view(asked, unseen));
        return new Picture(
                host, time.now(), records, links.list(), links.forwarding(), links.farEnds(), machines(records), view);
    }

    private Map<PoolName, Map<IpAddress, String>> machines(Records records) {
        return records.all(Refs.pools()).stream()
                .map(Pool::name)
                .collect(Collectors.toMap(name -> name, machines::addresses, (a, b) -> a));
    }

    private Optional<EngineView> view(AskedEngine asked, List<String> unseen) {
        try {
            List<EngineNetwork> networks = asked.engine().networks();
            Map<String, List<Attachment>> attachments = new HashMap<>();
            networks.stream()
                    .filter(n -> n.plan().isLocal() && n.plan().driver().equals(asked.driver()))
                    .forEach(n -> attachments.put(n.id(), asked.engine().attachments(n.id())));
            return Optional.of(new EngineView(asked.driver(), networks, attachments));
        } catch (PatchbayException e) {
            unseen.add(asked.engine().description() + " was not asked: " + e.getMessage());
            return Optional.empty();
        }
    }
}
