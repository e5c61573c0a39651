package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.inspect.Inspection.EventView;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has happened, as an operator reads it. */
class EventsTest {
    private static final MacAddress SQUATTER = MacAddress.parse("02:aa:00:00:00:01");

    private final World h1 = World.ofCluster(0);
    private final World h2 = h1.neighbour("h2");
    private final Network lan =
            h1.createNetwork(NetworkPlan.of(World.LAN).withOptions(Map.of("io.patchbay.probe", "on")));

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    private static List<EventView> events(World world, String kind) {
        return world.driver().inspection().events(0).stream()
                .filter(event -> event.kind().equals(kind))
                .toList();
    }

    private static void awaitEvent(World world, String kind, String host, String message) {
        Await.until(
                kind + " " + message,
                () -> events(world, kind).stream()
                        .anyMatch(e -> e.host().equals(host) && e.message().contains(message)));
    }

    @Test
    void containersOfAllHostsComeAndGo() {
        Container web = h1.run(lan);
        awaitEvent(h2, "network", "h1", "made on bridge br0");
        awaitEvent(h2, "container", "h1", " with " + web.ip() + "/24, MAC ");
        h1.stop(web);
        awaitEvent(h2, "container", "h1", "left network " + lan.id().substring(0, 12));
        assertThat(events(h2, "container"))
                .extracting(EventView::subject)
                .containsExactly(
                        "endpoint " + web.endpoint().substring(0, 12),
                        "endpoint " + web.endpoint().substring(0, 12));
        h1.removeNetwork(lan);
        awaitEvent(h2, "network", "h1", "removed");
    }

    @Test
    void onlyWhatIsNewIsTold() {
        h1.run(lan);
        awaitEvent(h1, "container", "h1", "joined network ");
        List<EventView> all = h1.driver().inspection().events(0);
        assertThat(all).extracting(EventView::number).isSorted().doesNotHaveDuplicates();
        long last = all.get(all.size() - 1).number();
        assertThat(h1.driver().inspection().events(last)).isEmpty();
        h1.run(lan);
        awaitEvent(h1, "container", "h1", "joined network ");
        Await.until(
                "the second is told",
                () -> h1.driver().inspection().events(last).stream()
                        .anyMatch(event -> event.kind().equals("container")));
    }

    /** What a daemon finds when it starts has not happened then. */
    @Test
    void whatIsThereFromTheStartIsNone() {
        h1.run(lan);
        try (World h3 = h1.neighbour("h3")) {
            assertThat(events(h3, "container")).isEmpty();
            assertThat(events(h3, "network")).isEmpty();
            Container more = h1.run(lan);
            awaitEvent(h3, "container", "h1", more.ip().toString());
        }
    }

    @Test
    void aConflictIsTold() {
        Await.until("listening", () -> h1.links.listenedOn().equals(List.of("br0")));
        Container web = h1.run(lan);
        h1.links.say("br0", new Sighting.Station(web.ip(), SQUATTER, true));
        awaitEvent(h1, "conflict", "h1", "a station with MAC " + SQUATTER + " speaks for it on br0 of host h1");
    }
}
