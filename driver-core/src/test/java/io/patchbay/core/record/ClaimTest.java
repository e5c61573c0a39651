package io.patchbay.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.store.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClaimTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final PoolName POOL = PoolName.parse("default~10.77.0.0_24");
    private static final IpAddress ADDRESS = IpAddress.parse("10.77.0.9");

    private static final Owner HOST = new Owner.OfHost("h1", "user1");
    private static final Owner LEADERS = new Owner.OfHost("h1", "user1", Optional.of("leader"));
    private static final Owner SWARM = new Owner.OfSwarm("leader");

    /** What the code of a197c7d stored: of each form of record one, with its key. */
    private static List<String> stored() throws IOException {
        try (InputStream in = ClaimTest.class.getResourceAsStream("/records/a197c7d.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static Stored read(String line) {
        String key = key(line);
        if (key.startsWith("claims/")) {
            return Claim.read(value(line));
        }
        if (key.startsWith("networks/")) {
            return NetworkRecord.read(value(line));
        }
        return key.contains("/users/") ? PoolUser.read(value(line)) : Pool.read(value(line));
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf(' '));
    }

    private static Value value(String line) {
        return Value.of(line.substring(line.indexOf(' ') + 1).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsDeployedIsReadAndWrittenAsItIs() throws IOException {
        for (String line : stored()) {
            Stored record = read(line);
            assertThat(record.key()).isEqualTo(key(line));
            assertThat(record.write()).as(line).isEqualTo(value(line));
        }
    }

    @Test
    void everyLifeIsAmongThem() throws IOException {
        List<Claim> claims = stored().stream()
                .filter(line -> line.startsWith("claims/"))
                .map(line -> Claim.read(value(line)))
                .toList();
        assertThat(claims.stream().map(c -> c.life().getClass().getName()).collect(Collectors.toSet()))
                .isEqualTo(Stream.of(Life.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .collect(Collectors.toSet()));
        assertThat(claims.stream().map(Claim::owner)).hasAtLeastOneElementOfType(Owner.OfSwarm.class);
        assertThat(claims.stream().map(Claim::leader)).anyMatch(Optional::isPresent);
    }

    @Test
    void whatANewerVersionWroteIsKept() {
        String text =
                "{\"color\":\"red\",\"pool\":\"default~10.77.0.0_24\",\"address\":\"10.77.0.9\",\"kind\":\"ENDPOINT\","
                        + "\"state\":\"HELD\",\"host\":\"h1\",\"user\":\"user1\",\"since\":\"2026-03-01T10:00:00Z\"}";
        Value value = Value.of(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Claim.read(value).write()).isEqualTo(value);
        assertThat(Claim.read(value).movedTo(SWARM, NOW).unknown()).containsKey("color");
    }

    @Test
    void whetherItWasAskedForByNameGoesWithItFromLifeToLife() {
        Container container = new Container(Optional.empty(), Optional.of("web"), true);
        Claim asked = claim(HOST, new Life.Asked(container));
        Claim bound = Claim.read(asked.write()).boundTo("endpoint", MacAddress.parse("02:50:0a:4d:00:09"), NOW);
        Claim held = bound.as(new Life.Held(bound.life().container()), NOW);
        assertThat(Claim.read(held.write())).isEqualTo(held).matches(Claim::isFixed);
        assertThat(claim(HOST, new Life.Asked(Container.UNKNOWN)).isFixed()).isFalse();
        assertThat(claim(HOST, new Life.Asked(Container.UNKNOWN)).asFixed()).matches(Claim::isFixed);
    }

    @Test
    void whatCannotBeCannotBeMade() {
        for (Life life : List.of(
                new Life.Shared(Life.Use.AUX),
                new Life.Bound("endpoint", Container.UNKNOWN),
                new Life.Releasing(Container.UNKNOWN),
                new Life.Held(Container.UNKNOWN),
                new Life.Spare(Optional.empty()))) {
            assertThatThrownBy(() -> claim(SWARM, life)).isInstanceOf(IllegalArgumentException.class);
            assertThat(claim(HOST, life).life()).isEqualTo(life);
        }
        for (Life life : List.of(
                new Life.Shared(Life.Use.AUX), new Life.Held(Container.UNKNOWN), new Life.Spare(Optional.empty()))) {
            assertThatThrownBy(() -> claim(LEADERS, life)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Claim claim(Owner owner, Life life) {
        return Claim.of(POOL, ADDRESS, owner, life, NOW);
    }

    @Test
    void aKindOrStateThatDoesNotExistIsUnreadable() {
        assertThatThrownBy(() -> Claim.read(of("RESERVED", "BOUND"))).hasMessageContaining("reserved");
        assertThatThrownBy(() -> Claim.read(of("ENDPOINT", "LOST"))).hasMessageContaining("lost");
        assertThatThrownBy(() -> Claim.read(of("ENDPOINT", "BOUND"))).hasMessageContaining("names no endpoint");
    }

    private static Value of(String kind, String state) {
        return Fields.with(Map.of())
                .put("pool", POOL)
                .put("address", ADDRESS)
                .put("kind", kind)
                .put("state", state)
                .put("host", "h1")
                .put("user", "user1")
                .put("since", NOW)
                .value();
    }
}
