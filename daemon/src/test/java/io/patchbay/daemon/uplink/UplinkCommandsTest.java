package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.finding.Finding;
import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.cli.ControlClient;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person types and reads. */
class UplinkCommandsTest {
    @TempDir
    private Path folder;

    private Namespaces lan;
    private String before = "";
    private Optional<String> typed = Optional.empty();
    private String printed = "";

    @BeforeEach
    void wire() throws IOException {
        lan = Namespaces.open();
        before = Namespaces.snapshot();
    }

    @AfterEach
    void unwire() {
        if (lan != null) {
            lan.close();
        }
    }

    private int run(String... words) {
        StringWriter text = new StringWriter();
        List<String> command = new ArrayList<>(List.of("uplink"));
        command.addAll(List.of(words));
        command.addAll(List.of("--state-dir", folder.toString()));
        PrintWriter writer = new PrintWriter(text, true);
        int code = Commands.of(
                        "1",
                        UplinkCommands.all(
                                UplinkCommandsTest::settings,
                                question -> typed,
                                invocation -> new ClusterView(
                                        new ControlClient(folder.resolve("none.sock"), Duration.ofSeconds(1))),
                                "io.patchbay.daemon.Main",
                                folder.resolve("root")),
                        Map.of())
                .run(command.toArray(String[]::new), writer, writer);
        printed = text.toString();
        return code;
    }

    private static DaemonSettings settings(Commands.Invocation invocation) {
        try {
            return SettingsReader.read(invocation.flags(), List.of(), Map.of(), () -> "h1")
                    .settings();
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Test
    void aPlanCanBeSeenBefore() {
        assertThat(run("take", "eth0", "--dry-run")).isZero();
        assertThat(printed)
                .contains("make bridge br0 with the MAC of eth0, " + Namespaces.MAC + ", MTU 1400")
                .contains("make eth0 a port of br0")
                .contains("give br0 route default via 192.168.1.1 dev br0 src 192.168.1.11 metric 100 mtu 1300")
                .contains("give br0 rule pref 501 from all iif br0 lookup 100");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whoSaysYesKeepsItAndTakingAgainIsNoError() {
        typed = Optional.of("yes");
        assertThat(run("take", "eth0", "--bridge", "lan0")).as(printed).isZero();
        assertThat(printed)
                .containsPattern("answering now: .*gateway 192.168.1.1")
                .contains("It goes back by itself in 60 s")
                .contains("lan0 stays until the host boots");
        assertThat(run("take", "eth0", "--bridge", "lan0")).isZero();
        assertThat(printed).contains("eth0 is in lan0 already");
        assertThat(run("take", "eth0")).isEqualTo(1);
        assertThat(printed).contains("eth0 is a port of lan0");
        assertThat(run("status")).isZero();
        assertThat(printed)
                .contains("lan0: eth0, 192.168.1.10/24")
                .contains("taken 2")
                .contains("until the host boots");
        assertThat(run("status", "--json")).isZero();
        assertThat(printed).contains("\"bridge\" : \"lan0\"", "\"nics\" : [ \"eth0\" ]");
        assertThat(UplinkFindings.of(folder))
                .singleElement()
                .extracting(Finding::message)
                .isEqualTo("lan0 with eth0 was made by 'patchbay uplink take' and is gone after a reboot");
        assertThat(run("confirm")).isEqualTo(1);
        assertThat(printed).contains("nothing is on trial");
        assertThat(run("release", "--yes")).as(printed).isZero();
        assertThat(printed).contains("lan0 is gone, and eth0 carries what it did");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
        assertThat(UplinkFindings.of(folder)).isEmpty();
    }

    @Test
    void whatIsToOutliveABootIsShownAndWrittenAndTakenBack() throws IOException {
        Path file = folder.resolve("root/etc/network/interfaces");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "auto eth0\niface eth0 inet static\n\taddress 192.168.1.10/24\n");
        assertThat(run("take", "eth0", "--persist", "--dry-run")).isZero();
        assertThat(printed)
                .contains("note: 192.168.1.11 is not said in /etc/network/interfaces, so it is gone after a boot")
                .contains("when it is confirmed: change " + file + " to")
                .contains("when it is confirmed:     iface br0 inet static");
        assertThat(run("take", "eth0", "--persist", "--yes")).as(printed).isZero();
        assertThat(printed).contains("br0 stays, with eth0 in it, after a boot too: it is written for ifupdown");
        assertThat(Files.readString(file)).contains("auto br0\niface br0 inet static\n", "master br0 up\n");
        assertThat(run("status")).isZero();
        assertThat(printed).contains(", written for ifupdown");
        assertThat(UplinkFindings.of(folder)).isEmpty();
        assertThat(run("release", "--yes")).as(printed).isZero();
        assertThat(printed).contains("ifupdown has its files as they were");
        assertThat(Files.readString(file)).startsWith("auto eth0\niface eth0 inet static\n\taddress");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whoSaysNoHasAllAsItWas() {
        typed = Optional.of("no");
        assertThat(run("take", "eth0")).isEqualTo(1);
        assertThat(printed).contains("eth0 carries again what it did").contains("not confirmed, so all is as before");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whatIsRefusedIsSaidInSentences() {
        assertThat(run("take", "lo")).isEqualTo(1);
        assertThat(printed).contains("patchbay: lo is the loopback");
        assertThat(run("take", "eth0", "--within", "soon")).isEqualTo(1);
        assertThat(printed).contains("--within soon is no number of seconds");
        assertThat(run("release")).isEqualTo(1);
        assertThat(printed).contains("no bridge was made by 'patchbay uplink take' since this host booted");
        assertThat(run("take", "eth0", "--persist")).isEqualTo(1);
        assertThat(printed).contains("nothing is known to configure eth0 at a boot");
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }
}
