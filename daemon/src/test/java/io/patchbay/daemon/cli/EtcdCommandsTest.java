package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words of {@code patchbay etcd}, as the script is given them. */
class EtcdCommandsTest {
    private static final String SETTINGS = "/etc/patchbay/patchbay.properties";

    private final List<List<String>> given = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        Commands commands = Commands.of(
                "0",
                EtcdCommands.all(words -> {
                    given.add(words);
                    return 7;
                }),
                Map.of());
        return commands.run(line.split(" "), new PrintWriter(new StringWriter()), new PrintWriter(err, true));
    }

    @Test
    void theScriptGetsWhatWasSaidAndItsExitCodeCounts() {
        assertThat(run("etcd init --address 192.168.1.10 --name one --data-dir /srv/etcd --write"))
                .isEqualTo(7);
        assertThat(run("etcd invite --client-only --address FD00:0:0::5 --out x.tar"))
                .isEqualTo(7);
        assertThat(run("etcd join x.tar --config /srv/settings")).isEqualTo(7);
        assertThat(run("etcd status")).isEqualTo(7);
        assertThat(run("etcd remove h2 --write")).isEqualTo(7);
        assertThat(given)
                .containsExactly(
                        List.of(
                                "init",
                                "--address",
                                "192.168.1.10",
                                "--name",
                                "one",
                                "--data-dir",
                                "/srv/etcd",
                                "--config",
                                SETTINGS,
                                "--write"),
                        List.of(
                                "invite",
                                "--address",
                                "fd00::5",
                                "--out",
                                "x.tar",
                                "--config",
                                SETTINGS,
                                "--client-only"),
                        List.of("join", "--file", "x.tar", "--config", "/srv/settings"),
                        List.of("status", "--config", SETTINGS),
                        List.of("remove", "--member", "h2", "--config", SETTINGS, "--write"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "etcd init --address h1 | address = \"h1\": must be an IP address",
                "etcd init --address 127.0.0.1 | address = \"127.0.0.1\": must be an address at which other hosts reach"
                        + " that host",
                "etcd init --address ::1 | address = \"::1\": must be an address at which other hosts reach that host",
                "etcd init --address 239.0.0.1 | address = \"239.0.0.1\": must be an address at which other hosts reach"
                        + " that host",
                "etcd init --name a,b | name = \"a,b\": must be 1 to 63 letters, digits, dots, dashes or underscores,"
                        + " beginning with a letter or digit",
                "etcd init --data-dir etcd | data-dir = \"etcd\": must be an absolute path of letters, digits, dots,"
                        + " dashes and underscores",
                "etcd invite | address: must be given, that of the host that is invited",
            })
    void whatCannotBeReachesNoScript(String line, String sentence) {
        assertThat(run(line)).isEqualTo(Commands.USAGE);
        assertThat(err.toString().strip()).isEqualTo("patchbay: " + sentence);
        assertThat(given).isEmpty();
    }
}
