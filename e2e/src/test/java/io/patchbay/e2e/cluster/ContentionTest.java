package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.PluginPool;
import io.patchbay.e2e.lab.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three daemons want the same addresses at the same time. */
@InLab(hosts = 3)
@Tag("core")
final class ContentionTest {
    private static final int EACH = 300;

    private final Lab lab;
    private final Etcd etcd;
    private final List<PluginPool> pools = new ArrayList<>();

    ContentionTest(Lab lab) {
        this.lab = lab;
        this.etcd = lab.etcd();
    }

    private void onAllHosts(String subnet, String gateway) {
        lab.hosts().forEach(host -> pools.add(PluginPool.request(host, subnet, gateway)));
    }

    @AfterEach
    void giveBack() {
        pools.forEach(PluginPool::release);
    }

    /** What each host was given until it was refused or had enough, and what it was refused with at last. */
    private record Spoils(List<String> addresses, String refusal) {}

    private List<Spoils> fight(int atMost) {
        List<Callable<Spoils>> tasks = new ArrayList<>();
        for (PluginPool pool : pools) {
            tasks.add(() -> {
                List<String> addresses = new ArrayList<>();
                while (addresses.size() < atMost) {
                    JsonNode answer = pool.ask();
                    if (answer.path("Address").asText().isEmpty()) {
                        return new Spoils(addresses, answer.path("Err").asText());
                    }
                    addresses.add(answer.path("Address").asText());
                }
                return new Spoils(addresses, "");
            });
        }
        return Together.all(tasks);
    }

    private static List<String> addresses(List<Spoils> spoils) {
        return spoils.stream().flatMap(s -> s.addresses().stream()).toList();
    }

    @Test
    void nineHundredAddressesOfThreeDaemonsAreAllDifferentAndHardlyMoreThanOneTransactionEach() {
        onAllHosts("10.88.0.0/22", "10.88.0.1");
        long before = etcd.transactions();
        List<Spoils> spoils = fight(EACH);
        long transactions = etcd.transactions() - before;
        assertThat(spoils).allSatisfy(s -> assertThat(s.refusal()).isEmpty());
        assertThat(addresses(spoils))
                .hasSize(3 * EACH)
                .doesNotHaveDuplicates()
                .doesNotContain("10.88.0.1/22", "10.88.0.0/22", "10.88.3.255/22")
                .allMatch(a -> a.matches("10\\.88\\.[0-3]\\.\\d+/22"));
        assertThat(transactions)
                .as("transactions for %d addresses", 3 * EACH)
                .isBetween(3L * EACH, 3L * EACH * 12 / 10);
    }

    @Test
    void aPoolThatIsFoughtOverIsUsedToTheLastAddressAndThenSaysSo() {
        onAllHosts("10.89.0.0/26", "10.89.0.1");
        List<Spoils> spoils = fight(64);
        assertThat(spoils)
                .allSatisfy(s -> assertThat(s.refusal())
                        .contains("no address left in pool 10.89.0.0/26")
                        .containsPattern("of 6\\d addresses"));
        Set<String> all = new TreeSet<>();
        for (int last = 2; last < 63; last++) {
            all.add("10.89.0." + last + "/26");
        }
        assertThat(addresses(spoils)).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(addresses(spoils))).isEqualTo(all);
    }

    @Test
    void oneAddressAskedForByAllIsGivenToOneAndTheOthersAreToldWhoHasIt() {
        onAllHosts("10.90.0.0/24", "10.90.0.1");
        List<Callable<JsonNode>> tasks = new ArrayList<>();
        pools.forEach(pool -> tasks.add(() -> pool.ask("10.90.0.77")));
        List<JsonNode> answers = Together.all(tasks);
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).path("Address").asText().equals("10.90.0.77/24")) {
                winners.add(i);
            }
        }
        assertThat(winners).as("%s", answers).hasSize(1);
        String winner = pools.get(winners.get(0)).host().name();
        answers.stream()
                .filter(answer -> answer.path("Address").asText().isEmpty())
                .forEach(answer -> assertThat(answer.path("Err").asText())
                        .contains("10.90.0.77 of pool 10.90.0.0/24 is held by")
                        .contains(winner));
    }
}
