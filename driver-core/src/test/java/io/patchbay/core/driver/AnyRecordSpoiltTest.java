package io.patchbay.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records that a newer daemon wrote, or somebody else: whatever is in one of them, everything else goes on. */
final class AnyRecordSpoiltTest extends SpoiltStore {
    /** One of each kind, of this host and of another. */
    private Map<String, Value> everyKind() {
        String lan = "lan";
        for (World host : List.of(world, other)) {
            Network network = host.createNetwork(
                    NetworkPlan.of(World.LAN).withGateway("10.77.0.1").withAux(Map.of("printer", "10.77.0.9")));
            host.run(network);
            host.stop(host.run(network));
        }
        world.driver()
                .cluster()
                .reserve("10.77.0.0/24", Optional.empty(), AddressRange.parse("10.77.0.20-10.77.0.30"), "printers");
        world.engine.create(plan(lan));
        other.engine.create(plan(lan).withDrivers("bridge", "default"));
        for (World host : List.of(world, world, other, other)) {
            host.engineRound();
            heard();
        }
        Map<String, Value> all = new LinkedHashMap<>();
        for (Store.Entry entry : world.store().list("").entries()) {
            if (!entry.key().matches("schema|history|history/.*")) {
                all.put(entry.key(), entry.value());
            }
        }
        assertThat(all.keySet().stream().map(k -> k.substring(0, k.indexOf('/'))))
                .contains(
                        "alive",
                        "claims",
                        "definitions",
                        "endpoints",
                        "hindrances",
                        "hosts",
                        "networks",
                        "pools",
                        "segments");
        return all;
    }

    /** The record with one field spoilt, in each way. */
    private static List<Value> spoilt(Value whole) throws IOException {
        List<Value> all = new ArrayList<>();
        ObjectNode record = (ObjectNode) JSON.readTree(whole.bytes());
        List<String> names = new ArrayList<>();
        record.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            for (String bad : List.of("\"rubbish\"", "17", "true", "{\"a\":[1]}", "[{\"a\":1},7]", "\"\"", "null")) {
                all.add(with(record, name, JSON.readTree(bad)));
            }
            ObjectNode without = record.deepCopy();
            without.remove(name);
            all.add(Value.of(JSON.writeValueAsBytes(without)));
        }
        return all;
    }

    private static Value with(ObjectNode record, String name, JsonNode value) throws IOException {
        return Value.of(JSON.writeValueAsBytes(record.deepCopy().set(name, value)));
    }

    /** What is no record at all. */
    private static List<Value> rubbish() {
        return List.of(
                Value.of(""),
                Value.of("null"),
                Value.of("[1]"),
                Value.of("{\"pool\":"),
                Value.of("[".repeat(100_000)),
                Value.of("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}"),
                Value.of("{\"since\":" + "9".repeat(100_000) + "}"),
                Value.of(new byte[] {0, -1, -2, 13, 10, 27}),
                Value.found(new byte[(1 << 20) + 1]));
    }

    @Test
    void withAnyFieldOfAnyRecordSpoiltEverythingElseGoesOn() throws IOException {
        for (Map.Entry<String, Value> record : everyKind().entrySet()) {
            for (Value bad : spoilt(record.getValue())) {
                put(record.getKey(), bad);
                lookAtEverything();
                world.driver().reconcile();
                world.engineRound();
                assertThat(named().isEmpty()).as("%s %s", record.getKey(), bad).isEqualTo(unreadable() == 0);
                put(record.getKey(), record.getValue());
                heard();
            }
        }
        goesOn();
    }

    @Test
    void anyRecordMayBeRubbishWhenTheDaemonStartsComesBackAndListens() {
        for (Map.Entry<String, Value> record : everyKind().entrySet()) {
            boolean ownWords = record.getKey().matches("(alive|hosts)/h[12]");
            for (Value bad : rubbish()) {
                put(record.getKey(), bad);
                world.restartDaemonAlone();
                heard();
                heard();
                lookAtEverything();
                world.line().cut();
                world.background();
                world.line().mend();
                backAgain();
                world.driver().reconcile();
                world.engineRound();
                assertThat(world.isAway()).isFalse();
                if (!ownWords) {
                    assertThat(named()).as("%s", record.getKey()).containsExactly(record.getKey());
                    assertThat(value(record.getKey())).isEqualTo(bad);
                }
                put(record.getKey(), record.getValue());
                assertThat(unreadable()).as("%s", record.getKey()).isZero();
            }
        }
        goesOn();
    }

    private void goesOn() {
        Network network = world.createNetwork(NetworkPlan.of("10.79.0.0/24"));
        heard();
        world.run(network);
    }
}
