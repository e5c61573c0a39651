package io.patchbay.e2e.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lab's etcd cluster: what it holds, as etcdctl sees it, and its members' lives. */
public final class Etcd {
    /** Where the daemons of a lab keep everything: {@code --cluster} is not given. */
    public static final String PREFIX = "/patchbay/v1/default/";

    private static final Pattern TRANSACTIONS =
            Pattern.compile("grpc_server_handled_total\\{[^}]*grpc_method=\"Txn\"[^}]*} (\\S+)");
    private static final Duration ELECTED = Duration.ofSeconds(15);

    private final Lab lab;

    Etcd(Lab lab) {
        this.lab = lab;
    }

    /** etcdctl with endpoints, certificates and user of this cluster. */
    public Command.Result ctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("etcdctl"));
        command.addAll(List.of(arguments));
        return lab.lab(command.toArray(String[]::new));
    }

    /** Every key of ours, without the prefix of the cluster. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        ctl("get", "--prefix", "--keys-only", PREFIX)
                .text()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> keys.add(line.substring(PREFIX.length())));
        return keys;
    }

    /** Every record of ours as text, by its key without the prefix of the cluster. */
    public Map<String, String> records() {
        Map<String, String> records = new TreeMap<>();
        for (JsonNode each :
                json(ctl("get", "--prefix", PREFIX, "-w", "json").text()).path("kvs")) {
            records.put(text(each.path("key")).substring(PREFIX.length()), text(each.path("value")));
        }
        return records;
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText()), UTF_8);
    }

    /** Keys that do not belong below our prefix. */
    public List<String> foreignKeys() {
        return ctl("get", "--prefix", "--keys-only", "")
                .text()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith(PREFIX))
                .toList();
    }

    /** A record of ours; a missing node if there is none. */
    public JsonNode get(String key) {
        return json(ctl("get", "--print-value-only", PREFIX + key).text());
    }

    /** How many transactions clients have sent to all members since these started, by the members' own count. */
    public long transactions() {
        long sum = 0;
        for (Host host : lab.hosts()) {
            String metrics = host.inNetwork("curl", "-s", "--noproxy", "*", "http://127.0.0.1:2381/metrics")
                    .out();
            Matcher line = TRANSACTIONS.matcher(metrics);
            while (line.find()) {
                sum += (long) Double.parseDouble(line.group(1));
            }
        }
        return sum;
    }

    /** The host of the member that leads. */
    public Host leader() {
        Host[] leader = new Host[1];
        Await.until("the etcd cluster has a leader", ELECTED, () -> {
            for (JsonNode each : json(ctl("endpoint", "status", "-w", "json").out())) {
                JsonNode status = each.path("Status");
                String endpoint = each.path("Endpoint").asText();
                if (status.path("leader")
                        .asText("")
                        .equals(status.path("header").path("member_id").asText("none"))) {
                    leader[0] = lab.hosts().stream()
                            .filter(h -> endpoint.contains(h.address() + ":"))
                            .findFirst()
                            .orElseThrow();
                }
            }
            return leader[0] != null;
        });
        return leader[0];
    }

    /** A signal to all members at once: STOP, CONT, or TERM, which waits until they have ended. */
    public void signal(String signal) {
        lab.lab("stop", "all", "etcd", signal).ok();
    }

    /** kill -9 to all members at once. */
    public void kill() {
        lab.lab("kill", "all", "etcd").ok();
    }

    /** All members run and have a quorum. */
    public void start() {
        lab.lab("start", "all", "etcd").ok();
    }

    /** What the members have now is kept under that name, for {@link #restore}. */
    public void save(String name) {
        lab.lab("etcd", "save", name).ok();
    }

    /** All members end at once, and have what was kept when they start. */
    public void restore(String name) {
        lab.lab("etcd", "restore", name).ok();
    }

    /** All members end at once, and have nothing when they start. */
    public void wipe() {
        lab.lab("etcd", "wipe").ok();
    }

    /** All members forget what was before now, and give the place back. */
    public void compact() {
        String revision = json(ctl("get", "--limit", "1", "-w", "json", PREFIX).text())
                .path("header")
                .path("revision")
                .asText();
        ctl("compaction", revision).ok();
        ctl("defrag").ok();
    }

    /** The same of the members that can be reached; nothing where there is no quorum. */
    public void compactAsFarAsPossible() {
        try {
            compact();
        } catch (AssertionError e) {
            // etcdctl has said which member did not answer, and has gone on with the others
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
