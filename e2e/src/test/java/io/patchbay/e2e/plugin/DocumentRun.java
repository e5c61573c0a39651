package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.ManagedPlugin;
import io.patchbay.e2e.lab.Seen;
import io.patchbay.e2e.lab.Swarm;
import io.patchbay.e2e.lab.SwarmState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of docs/swarm.md with one scope, on three hosts with etcd. The LAN is the document's, 192.168.1.0/24; the
 * printer is also its router, and nginx is a busybox with the printer's page.
 */
final class DocumentRun implements AutoCloseable, Seen.ByTests {
    private static final String NET = "192.168.1";
    private static final String PAGE = "a container on the LAN";
    private static final Duration PROMPTLY = Duration.ofSeconds(15);

    /**
     * Folders /etc and /var/lib of the host's own, which have all that the machine's have but patchbay. Seen by
     * nobody but the host.
     */
    private static final String OWN_FOLDERS = """
            for folder in /etc /var/lib; do
                own=$0$folder
                mkdir -p "$own"
                mount --bind "$own" "$own"
                for each in "$folder"/*; do
                    [[ $each != */patchbay ]] || continue
                    if [[ -L $each ]]; then
                        cp -P "$each" "$own/"
                    elif [[ -d $each ]]; then
                        mkdir "$0$each"
                        mount --rbind "$each" "$0$each"
                    elif [[ -f $each ]]; then
                        : >"$0$each"
                        mount --bind "$each" "$0$each"
                    fi
                done
                mount --move "$own" "$folder"
            done
            """;

    /** What {@code patchbay etcd} with {@code --write} has left on a host. */
    private static final String SAFE_ETCD = """
            own=/etc/patchbay/etcd
            mkdir -p "$own"
            cp "$0"/tls/{ca.pem,client.pem,client.key} "$own/"
            {
                echo "store=etcd:https://$1.11:2379,https://$1.12:2379,https://$1.13:2379"
                echo "etcd-ca=$own/ca.pem"
                echo "etcd-cert=$own/client.pem"
                echo "etcd-key=$own/client.key"
            } >/etc/patchbay/patchbay.properties
            """;

    private final Document document;
    private final Path checkout;
    private final String scope;
    private final Lab lab;
    private final Swarm swarm;
    private final SwarmState state;
    private boolean isSwarm;

    DocumentRun(Document document, Path checkout, String scope) {
        this.document = document;
        this.checkout = checkout;
        this.scope = scope;
        this.lab = Lab.up(3, List.of("--etcd", "3", "--etcd-tls", "--no-patchbay", "LAB_NET=" + NET));
        this.swarm = new Swarm(lab, scope);
        this.state = new SwarmState(swarm);
        try {
            lab.onPrinter("ip", "addr", "add", NET + ".1/24", "dev", "eth0").ok();
            swarm.onEach(this::prepare);
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    private void prepare(Host host) {
        host.on("bash", "-euc", OWN_FOLDERS, own(host).toString()).ok();
        host.on("bash", "-euc", SAFE_ETCD, lab.directory().toString(), NET).ok();
        host.docker()
                .ok(
                        "import",
                        "-c",
                        "CMD [\"sh\", \"-c\", \"trap 'exit 0' TERM; httpd -f -h /www & wait\"]",
                        lab.directory().resolve("busybox.tar").toString(),
                        "nginx");
    }

    private static Path own(Host host) {
        return host.folder().resolve("own");
    }

    @Override
    public void close() {
        lab.close();
    }

    @Override
    public Lab lab() {
        return lab;
    }

    @Override
    public String seen() {
        return state.seen();
    }

    /** Does what the block says, where it says, and looks whether it has worked. */
    void run(Document.Block block) {
        if (block.has("network rm ")) {
            removeServices();
        }
        FileTime begin = FileTime.from(Instant.now());
        List<String> lines = block.lines();
        switch (block.place()) {
            case BUILD ->
                ManagedPlugin.making(() -> lines.forEach(
                        line -> Command.run(checkout, "bash", "-c", line).ok()));
            case BEFORE_ENABLE -> {
                // said by runOn, where the plugin is enabled
            }
            case IN_TURN -> lab.hosts().forEach(host -> lines.forEach(line -> runOn(host, line)));
            case EACH_NODE -> lines.forEach(this::runOnEachNode);
            case MANAGER -> lines.forEach(line -> runOn(lab.host(1), line));
            case ANY_NODE -> lines.forEach(line -> runOn(lab.host(3), line));
            case UNKNOWN ->
                throw new AssertionError(
                        "the sentence before " + block + " does not say where to run it: " + block.sentence());
        }
        for (String line : lines) {
            assertWorks(line, block.place(), begin);
        }
        if (block.has("plugin enable ") && !isSwarm) {
            swarm.form();
            isSwarm = true;
        }
    }

    /** On all at once; but dockerd waits only some 10 s for a plugin to answer, and three that start take longer. */
    private void runOnEachNode(String line) {
        if (line.startsWith("docker plugin enable ")) {
            lab.hosts().forEach(host -> runOn(host, line));
        } else {
            swarm.onEach(host -> runOn(host, line));
        }
    }

    private void runOn(Host host, String line) {
        if (line.startsWith("docker plugin enable ")) {
            document.linesBeforeEnable(scope).forEach(each -> runAsItStands(host, each));
        }
        if (line.startsWith("docker plugin create ")) {
            ManagedPlugin.reading(() -> runAsItStands(host, line));
        } else {
            runAsItStands(host, line);
        }
    }

    private void runAsItStands(Host host, String line) {
        host.on("bash", "-c", "cd \"$0\" && exec bash -c \"$1\"", checkout.toString(), line)
                .ok();
    }

    /** What can be seen of a line. */
    private void assertWorks(String line, Document.Place place, FileTime begin) {
        String[] word = line.split(" +", -1);
        String last = word[word.length - 1];
        Host asked = lab.host(place == Document.Place.ANY_NODE ? 3 : 1);
        if (line.equals("deploy/plugin/build")) {
            assertThat(modified(ManagedPlugin.built().resolve("config.json"))).isGreaterThanOrEqualTo(begin);
        } else if (line.equals("mkdir -p /etc/patchbay /var/lib/patchbay")) {
            lab.hosts().forEach(DocumentRun::assertFoldersAreOfTheLab);
        } else if (line.matches("docker plugin (disable|rm|create) .*")) {
            // enable tells
            return;
        } else if (line.startsWith("docker plugin set ")) {
            for (Host host : lab.hosts()) {
                assertThat(swarm.plugin(host.number()).settings())
                        .as("settings on %s", host)
                        .contains(List.of(word).subList(4, word.length).toArray(String[]::new));
            }
        } else if (line.startsWith("docker plugin enable ")) {
            swarm.await("the daemons of all hosts are alive", this::areHostsAlive);
            assertStillServed();
        } else if (line.startsWith("docker network create --config-only ")) {
            lab.hosts().forEach(host -> assertThat(hasNetwork(host, last)).isTrue());
        } else if (line.startsWith("docker network create ")) {
            assertThat(hasNetwork(asked, last)).isTrue();
        } else if (line.startsWith("patchbay network create ")) {
            assertThat(hasNetwork(asked, word[3])).isTrue();
        } else if (line.startsWith("patchbay network rm ")) {
            swarm.await("no node has " + last, () -> lab.hosts().stream().noneMatch(host -> hasNetwork(host, last)));
        } else if (line.startsWith("docker service create ")) {
            assertServiceWorks(
                    after(word, "--name"), Integer.parseInt(after(word, "--replicas")), after(word, "--network"));
        } else if (line.startsWith("docker run -d ")) {
            String name = after(word, "--name");
            state.expect(name);
            assertThat(asked.docker().ip(name, after(word, "--network"))).isEqualTo(after(word, "--ip"));
            assertServed(List.of(after(word, "--ip")));
        } else {
            throw new AssertionError("nothing is known that would show whether it works: " + line);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertFoldersAreOfTheLab(Host host) {
        assertThat(own(host).resolve("etc/patchbay")).isDirectory();
        assertThat(own(host).resolve("var/lib/patchbay")).isDirectory();
    }

    /** The word behind a flag. */
    private static String after(String[] words, String flag) {
        int at = List.of(words).indexOf(flag);
        if (at < 0) {
            throw new AssertionError("there is no " + flag + " in " + List.of(words));
        }
        return words[at + 1];
    }

    private boolean areHostsAlive() {
        List<String> alive = new ArrayList<>();
        for (JsonNode row : lab.host(1).patchbay().list("hosts")) {
            if (row.path("status").asText().equals("alive")) {
                alive.add(row.path("host").asText());
            }
        }
        return alive.containsAll(List.of("h1", "h2", "h3"));
    }

    private static boolean hasNetwork(Host host, String name) {
        for (JsonNode network : host.docker().api("/networks")) {
            if (network.path("Name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * So many tasks run, each on an address of its own of the network's range, and the printer reads the page of
     * each.
     */
    private void assertServiceWorks(String service, int tasks, String network) {
        swarm.awaitRunning(service, tasks);
        swarm.await(
                service + " has " + tasks + " addresses",
                () -> addresses(service, network).size() == tasks);
        List<String> addresses = addresses(service, network);
        String[] range = document.range(network).split("-", 2);
        assertThat(addresses)
                .doesNotHaveDuplicates()
                .allMatch(address -> number(address) >= number(range[0])
                        && number(address) <= number(range[1])
                        && address.startsWith(NET + "."));
        assertServed(addresses);
    }

    private static int number(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf('.') + 1));
    }

    private List<String> addresses(String service, String network) {
        List<String> addresses = new ArrayList<>();
        for (Host host : lab.hosts()) {
            for (JsonNode container : host.docker().api("/containers/json")) {
                if (container
                        .path("Labels")
                        .path("com.docker.swarm.service.name")
                        .asText()
                        .equals(service)) {
                    addresses.add(container
                            .path("NetworkSettings")
                            .path("Networks")
                            .path(network)
                            .path("IPAddress")
                            .asText());
                }
            }
        }
        return addresses;
    }

    /** The printer reads the page of each. */
    private void assertServed(List<String> addresses) {
        try {
            swarm.await(
                    "the printer reads the pages of " + addresses,
                    PROMPTLY,
                    () -> addresses.stream().allMatch(this::isServed));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + seenOf(addresses), e);
        }
    }

    private boolean isServed(String address) {
        return lab.onPrinter("curl", "-sS", "--max-time", "5", "--noproxy", "*", "http://" + address + "/")
                .out()
                .equals(PAGE);
    }

    /** What printer, switch and the containers see. */
    private String seenOf(List<String> addresses) {
        StringBuilder text = new StringBuilder();
        for (String address : addresses) {
            text.append(lab.onPrinter("ip", "neigh", "show", address).out()).append('\n');
            text.append(lab.onPrinter("curl", "-sS", "--max-time", "5", "--noproxy", "*", "http://" + address + "/"));
        }
        text.append(lab.lab("fdb").out()).append('\n');
        for (Host host : lab.hosts()) {
            Docker docker = host.docker();
            for (JsonNode container : docker.api("/containers/json")) {
                String look = "ip -br -4 addr show eth0; netstat -ltn | grep -c :80; ip neigh";
                text.append(host)
                        .append(' ')
                        .append(docker.run("exec", container.path("Id").asText(), "sh", "-c", look))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** The services that there are go on, and get new tasks; so do containers of their own. */
    private void assertStillServed() {
        if (!isSwarm) {
            return;
        }
        for (JsonNode service : swarm.docker().api("/services")) {
            String name = service.path("Spec").path("Name").asText();
            int tasks = service.path("Spec")
                    .path("Mode")
                    .path("Replicated")
                    .path("Replicas")
                    .asInt();
            String network = networkOf(service);
            assertServiceWorks(name, tasks, network);
            swarm.replace(name, 1);
            assertServiceWorks(name, tasks, network);
        }
        state.assertSound();
    }

    private String networkOf(JsonNode service) {
        String id = service.path("Spec")
                .path("TaskTemplate")
                .path("Networks")
                .path(0)
                .path("Target")
                .asText();
        return swarm.docker().api("/networks/" + id).path("Name").asText();
    }

    private void removeServices() {
        List<String> names = new ArrayList<>();
        for (JsonNode service : swarm.docker().api("/services")) {
            names.add(service.path("Spec").path("Name").asText());
        }
        if (!names.isEmpty()) {
            swarm.remove(names.toArray(String[]::new));
        }
    }
}
