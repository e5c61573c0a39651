package io.patchbay.store.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.testkit.Await;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member is named by a name, and that has another address than when the daemon started. */
@NullUnmarked
@Timeout(60)
class MovedNameTest {
    private static final String NAME = "etcd.example";

    @TempDir
    Path folder;

    /** In a JVM of its own, as a file with names of hosts is read by those alone that are started so. */
    @Test
    void theNameOfAMemberIsResolvedAnew() throws Exception {
        Path hosts = folder.resolve("hosts");
        Files.writeString(hosts, "127.255.255.1 " + NAME + "\n");
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1)) {
            Process asker = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Djdk.net.hosts.file=" + hosts,
                            "-Dsun.net.inetaddr.ttl=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Asker.class.getName(),
                            String.valueOf(etcd.endpoint(0).port()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader said = new BufferedReader(new InputStreamReader(asker.getInputStream(), UTF_8))) {
                assertThat(said.readLine()).isEqualTo("nobody is there");
                Files.writeString(hosts, etcd.endpoint(0).host() + " " + NAME + "\n");
                assertThat(said.readLine()).isEqualTo("answered");
            } finally {
                asker.destroyForcibly();
            }
        }
    }

    /** Asks a member of that name until it answers. */
    static final class Asker {
        private Asker() {}

        public static void main(String[] arguments) {
            var endpoint = new EtcdSettings.Endpoint(NAME, Integer.parseInt(arguments[0]), false);
            try (EtcdStore store = Stores.open(List.of(endpoint), "moved")) {
                Await.until("that nobody answers", () -> !isAnswering(store));
                System.out.println("nobody is there");
                Await.until("an answer", () -> isAnswering(store));
                System.out.println("answered");
            }
        }

        private static boolean isAnswering(EtcdStore store) {
            try {
                return store.get("a").isEmpty();
            } catch (PatchbayException e) {
                return false;
            }
        }
    }
}
