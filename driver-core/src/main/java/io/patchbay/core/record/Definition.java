package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network as all hosts shall have it, apart from any engine's id. A removed one stays as long as a host has to be
 * told.
 *
 * @param generation made anew each time a network of that name is; what belongs to another generation is out of date
 * @param host where it was defined
 * @param changedBy the host that defined or removed it last
 * @param plan without what differs by host: no driver's name where it is ours, no label of ours
 */
public record Definition(
        String name,
        String generation,
        State state,
        String host,
        String changedBy,
        NetworkPlan plan,
        Instant since,
        Map<String, JsonNode> unknown)
        implements Stored {

    /** What engines call the driver of a network that only holds configuration. */
    private static final String CONFIG_ONLY = "null";

    /** Whether hosts are to have it. */
    public enum State {
        PRESENT,
        REMOVED
    }

    public static Definition read(Value value) {
        Fields f = Fields.of(value);
        String name = f.text("name");
        return new Definition(
                name,
                f.text("generation"),
                f.choice("state", State.class),
                f.text("host"),
                f.text("changedBy"),
                plan(name, f),
                f.instant("since"),
                f.unknown());
    }

    /**
     * Whose networks are made because of a record: ours, which an engine knows by a name of its own, and those that
     * only hold configuration for ours.
     */
    private static String driver(Fields f) {
        String driver = f.optional("driver").orElse("");
        if (!driver.isEmpty() && !(driver.equals(CONFIG_ONLY) && f.flag("configOnly"))) {
            throw new IllegalArgumentException(
                    "it is one of driver " + driver + ", and only Patchbay's own networks are made of records");
        }
        return driver;
    }

    private static NetworkPlan plan(String name, Fields f) {
        return new NetworkPlan(
                name,
                driver(f),
                NetworkPlan.LOCAL,
                new NetworkPlan.Traits(
                        f.flag("internal"),
                        !f.flag("withoutIpv4"),
                        f.flag("ipv6"),
                        f.flag("attachable"),
                        false,
                        f.flag("configOnly")),
                f.optional("configFrom"),
                f.texts("options"),
                new NetworkPlan.Ipam(
                        f.optional("ipamDriver").orElse(""),
                        f.texts("ipamOptions"),
                        f.objects("subnets", Definition::range)),
                f.texts("labels"));
    }

    private static NetworkPlan.Range range(Fields f) {
        return new NetworkPlan.Range(f.text("subnet"), f.optional("range"), f.optional("gateway"), f.texts("aux"));
    }

    @Override
    public String key() {
        return Keys.definition(name);
    }

    @Override
    public Value write() {
        return Fields.with(unknown)
                .put("name", name)
                .put("generation", generation)
                .put("state", state)
                .put("host", host)
                .put("changedBy", changedBy)
                .put("driver", plan.driver())
                .put("internal", plan.traits().internal())
                .put("withoutIpv4", !plan.traits().ipv4())
                .put("ipv6", plan.traits().ipv6())
                .put("attachable", plan.traits().attachable())
                .put("configOnly", plan.traits().configOnly())
                .put("configFrom", plan.configFrom())
                .put("options", plan.options())
                .put("ipamDriver", plan.ipam().driver())
                .put("ipamOptions", plan.ipam().options())
                .putObjects("subnets", plan.ipam().ranges(), Definition::write)
                .put("labels", plan.labels())
                .put("since", since)
                .value();
    }

    private static Fields write(NetworkPlan.Range range) {
        return Fields.with(Map.of())
                .put("subnet", range.subnet())
                .put("range", range.range())
                .put("gateway", range.gateway())
                .put("aux", range.aux());
    }

    public boolean isPresent() {
        return state == State.PRESENT;
    }

    public Definition removedBy(String remover, Instant now) {
        return new Definition(name, generation, State.REMOVED, host, remover, plan, now, unknown);
    }

    /** The same where one host has another name now. */
    public Definition renamed(String oldHost, String newHost) {
        return new Definition(
                name,
                generation,
                state,
                host.equals(oldHost) ? newHost : host,
                changedBy.equals(oldHost) ? newHost : changedBy,
                plan,
                since,
                unknown);
    }

    /** The subnets, for people. */
    public List<String> subnets() {
        return plan.ipam().ranges().stream().map(NetworkPlan.Range::subnet).toList();
    }
}
