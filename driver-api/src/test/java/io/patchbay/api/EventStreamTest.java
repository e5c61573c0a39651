package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.inspect.Inspection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code /v1/live}, as a browser asks for it. */
@Timeout(60)
class EventStreamTest {
    private final List<Inspection.EventView> happened = new CopyOnWriteArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final ServedOperators served = new ServedOperators(
            OperatorSettings.of(Optional.of(ServedOperators.ANY_PORT), Optional.empty()), List.of());

    /** A browser that follows. */
    private final class Follower {
        private final Socket socket;
        private final BufferedReader in;

        Follower(String headers) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), served.server.port());
            followers.add(this);
            // a read does not end by an interruption
            socket.setSoTimeout(40_000);
            socket.getOutputStream()
                    .write(("GET /v1/live HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The next line that begins so. */
        String line(String beginning) throws IOException {
            while (true) {
                String line = in.readLine();
                assertThat(line).as("the stream ended before " + beginning).isNotNull();
                if (line.startsWith(beginning)) {
                    return line;
                }
            }
        }

        boolean ends() throws IOException {
            while (true) {
                if (in.readLine() == null) {
                    return true;
                }
            }
        }
    }

    @BeforeEach
    void serve() {
        served.server.start();
        served.inspection.complete(new FixedInspection() {
            @Override
            public List<EventView> events(long after) {
                looks.incrementAndGet();
                return happened.stream().filter(e -> e.number() > after).toList();
            }
        });
    }

    @AfterEach
    void end() throws IOException {
        served.close();
        for (Follower follower : followers) {
            follower.socket.close();
        }
    }

    private void happens(long number) {
        happened.add(new Inspection.EventView(number, "s", "host", "host-b", "event" + number, "is alive"));
    }

    @Test
    void whatHappensIsToldAndNothingFromBefore() throws IOException {
        happens(5);
        Follower follower = new Follower("");
        assertThat(follower.line("Content-Type")).isEqualTo("Content-Type: text/event-stream");
        assertThat(follower.line(":")).isEqualTo(":");
        happens(6);
        assertThat(follower.line("id: ")).isEqualTo("id: 6");
        assertThat(follower.line("data: ")).contains("event6").doesNotContain("event5");
        happens(7);
        assertThat(follower.line("data: ")).contains("event7").doesNotContain("event6");
    }

    @Test
    void whoComesBackIsToldWhatItMissed() throws IOException {
        happens(5);
        happens(6);
        Follower follower = new Follower("Last-Event-ID: 5\r\n");
        assertThat(follower.line("id: ")).isEqualTo("id: 6");
        assertThat(follower.line("data: ")).contains("event6").doesNotContain("event5");
    }

    @Test
    void anIdThatIsNoneIsTakenForTheFirstTime() throws IOException {
        happens(5);
        Follower follower = new Follower("Last-Event-ID: ../x\r\n");
        follower.line(":");
        happens(6);
        assertThat(follower.line("data: ")).contains("event6").doesNotContain("event5");
    }

    @Test
    void manyFollowAndOneMoreIsRefusedUntilOneGoes() throws IOException {
        for (int i = 0; i < EventStream.MOST; i++) {
            assertThat(new Follower("").line("HTTP/1.1")).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThat(new Follower("").line("HTTP/1.1")).startsWith("HTTP/1.1 503");
        followers.get(0).socket.close();
        String status;
        do {
            status = new Follower("").line("HTTP/1.1");
        } while (status.startsWith("HTTP/1.1 503"));
        assertThat(status).isEqualTo("HTTP/1.1 200 OK");
    }

    /** One look a second for all, and one for each as it comes. */
    @Test
    void allAreToldWithOneLook() throws IOException {
        List<Follower> all = new ArrayList<>();
        for (int i = 0; i < EventStream.MOST; i++) {
            all.add(new Follower(""));
            all.get(i).line(":");
        }
        happens(5);
        for (Follower each : all) {
            assertThat(each.line("data: ")).contains("event5");
        }
        int before = looks.get();
        happens(6);
        for (Follower each : all) {
            assertThat(each.line("data: ")).contains("event6");
        }
        assertThat(looks.get() - before).isLessThan(EventStream.MOST);
    }

    @Test
    void theServersEndEndsIt() throws IOException {
        Follower follower = new Follower("");
        follower.line(":");
        served.server.close();
        assertThat(follower.ends()).isTrue();
    }
}
