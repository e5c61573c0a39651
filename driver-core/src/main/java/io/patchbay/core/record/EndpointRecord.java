package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Links;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container's place on a network.
 *
 * @param macGiven the MAC is the user's or IPAM's, not ours
 * @param link name of the host end of its veth pair; there is one from {@link State#JOINED} on
 * @param sandbox path of the container's network namespace as dockerd named it
 * @param container its name; learned from the engine after the container joined
 * @param interfaceName what its interface is to be called in the container, where somebody said
 */
public record EndpointRecord(
        String id,
        String network,
        String host,
        List<Cidr> addresses,
        MacAddress mac,
        boolean macGiven,
        String link,
        State state,
        Optional<String> sandbox,
        Optional<String> container,
        Optional<String> interfaceName,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** How far it has come. */
    public enum State {
        RESERVED,
        JOINED
    }

    public EndpointRecord {
        if (link.length() <= Links.PREFIX.length() || !(Links.PREFIX + id).startsWith(link)) {
            throw new IllegalArgumentException("link " + link + " cannot be that of endpoint " + id);
        }
    }

    public static EndpointRecord read(Value value) {
        Fields f = Fields.of(value);
        return new EndpointRecord(
                f.text("id"),
                f.text("network"),
                f.text("host"),
                f.list("addresses", Cidr::parse),
                MacAddress.parse(f.text("mac")),
                f.flag("macGiven"),
                f.text("link"),
                f.choice("state", State.class),
                f.optional("sandbox"),
                f.optional("container"),
                f.optional("interfaceName"),
                f.instant("since"),
                f.unknown());
    }

    @Override
    public String key() {
        return Keys.endpoint(host, id);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("id", id)
                .put("network", network)
                .put("host", host)
                .put("addresses", addresses)
                .put("mac", mac)
                .put("macGiven", macGiven)
                .put("link", link)
                .put("state", state)
                .put("sandbox", sandbox)
                .put("container", container)
                .put("interfaceName", interfaceName)
                .put("since", since)
                .value();
    }

    /** The same with a MAC that is computed otherwise. */
    public EndpointRecord withComputed(MacAddress newMac) {
        return copy(host, newMac, false, state, sandbox, container, since);
    }

    public EndpointRecord joined(String newSandbox, Instant now) {
        return copy(host, mac, macGiven, State.JOINED, Optional.of(newSandbox), container, now);
    }

    /** The same when its host has that name. */
    public EndpointRecord onHost(String newHost) {
        return copy(newHost, mac, macGiven, state, sandbox, container, since);
    }

    public EndpointRecord of(String newContainer) {
        return copy(host, mac, macGiven, state, sandbox, Optional.of(newContainer), since);
    }

    /** The same but for what may change. */
    private EndpointRecord copy(
            String newHost,
            MacAddress newMac,
            boolean given,
            State newState,
            Optional<String> newSandbox,
            Optional<String> newContainer,
            Instant changed) {
        return new EndpointRecord(
                id,
                network,
                newHost,
                addresses,
                newMac,
                given,
                link,
                newState,
                newSandbox,
                newContainer,
                interfaceName,
                changed,
                unknown);
    }
}
