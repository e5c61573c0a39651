package io.patchbay.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The subnets of all pools on one LAN segment, in one record so that two pools that overlap cannot be made at once. */
public record Segment(List<Subnet> subnets, Map<String, JsonNode> unknown) {
    public static final Segment EMPTY = new Segment(List.of(), Map.of());

    public static Segment read(Value value) {
        Fields f = Fields.of(value);
        return new Segment(f.list("subnets", Subnet::parse), f.unknown());
    }

    public Value write() {
        return Fields.with(unknown).put("subnets", subnets).value();
    }

    public Segment with(Subnet subnet) {
        return new Segment(
                Stream.concat(subnets.stream(), Stream.of(subnet)).sorted().toList(), unknown);
    }

    public Segment without(Subnet subnet) {
        return new Segment(subnets.stream().filter(s -> !s.equals(subnet)).toList(), unknown);
    }
}
