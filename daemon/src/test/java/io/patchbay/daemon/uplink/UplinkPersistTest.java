package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real kernel: what is written for the next boot is written when the bridge stays, and only then. */
class UplinkPersistTest extends OnKernel {
    private static final String BEFORE = "auto eth0\niface eth0 inet dhcp\n";

    private Path interfaces;
    private String carried = "";

    @BeforeEach
    void aHostWithALease() throws IOException {
        interfaces = folder.resolve("root/etc/network/interfaces");
        Files.createDirectories(interfaces.getParent());
        Files.writeString(interfaces, BEFORE);
        Namespaces.run(
                "ip", "addr", "add", "192.168.1.50/24", "dev", "eth0", "valid_lft", "900", "preferred_lft", "900");
        Files.createDirectory(folder.resolve("bin"));
        program("dhclient", "exit 0");
        program("cp", "exit 0");
        program("sed", "exit 0");
        program("ifup", "exit 0");
        carried = Namespaces.snapshot();
    }

    /** Writes down how it is called, then does {@code script}. */
    private void program(String name, String script) throws IOException {
        Path program = folder.resolve("bin").resolve(name);
        Files.deleteIfExists(program);
        Files.writeString(program, "#!/bin/sh\necho \"${0##*/} $*\" >>" + folder + "/calls\n" + script + "\n");
        Namespaces.run("chmod", "+x", program.toString());
    }

    private List<String> calls() throws IOException {
        return Files.exists(folder.resolve("calls")) ? Files.readAllLines(folder.resolve("calls")) : List.of();
    }

    private Trial takeToStay(Uplink uplink) {
        Picture eth0 = picture(uplink, "eth0");
        List<Look.Target> targets = List.of(new Look.Target("gateway", Namespaces.GATEWAY, 0));
        Trial trial = take(uplink).with(uplink.config().plan(eth0, "br0"));
        return uplink.attempt(trial, uplink.look(Duration.ofSeconds(40)), targets, MINUTE);
    }

    private void isAsBefore() throws IOException {
        assertThat(interfaces).hasContent(BEFORE);
        assertThat(Namespaces.snapshot()).isEqualTo(carried);
        assertThat(journal.trial()).isEmpty();
        assertThat(journal.persisted()).isEmpty();
    }

    @Test
    void itIsWrittenWhenItIsKeptAndTheLeaseIsHandedOver() throws IOException {
        Uplink uplink = uplink();
        takeToStay(uplink);
        assertThat(interfaces).hasContent(BEFORE);
        uplink.keep();
        assertThat(Files.readString(interfaces)).contains("auto br0", "iface br0 inet dhcp");
        assertThat(calls())
                .containsExactly(
                        "dhclient -x -pf /run/dhclient.eth0.pid eth0",
                        "cp /var/lib/dhcp/dhclient.eth0.leases /var/lib/dhcp/dhclient.br0.leases",
                        "sed -i s/interface \"eth0\"/interface \"br0\"/ /var/lib/dhcp/dhclient.br0.leases",
                        "ifup --force br0");
        assertThat(journal.copies("br0").resolve(interfaces.toString().substring(1)))
                .hasContent(BEFORE);

        Trial release = release(uplink)
                .with(uplink.persisted("br0").orElseThrow().persistent().inverse());
        attempt(uplink, release);
        uplink.keep();
        assertThat(calls())
                .contains("dhclient -x -pf /run/dhclient.br0.pid br0")
                .endsWith("ifup --force eth0");
        isAsBefore();
    }

    @Test
    void whenTheManagerRefusesAllIsAsBefore() throws IOException {
        program("ifup", "case $2 in br0) echo no lease; exit 1;; esac");
        Uplink uplink = uplink();
        takeToStay(uplink);
        assertThatThrownBy(uplink::keep).hasMessage("ifup --force br0: no lease");
        assertThat(calls())
                .contains("dhclient -x -pf /run/dhclient.br0.pid br0")
                .endsWith("ifup --force eth0");
        isAsBefore();
    }

    @Test
    void whenTheGatewayIsSilentOnceItIsWrittenAllIsAsBefore() throws IOException {
        program("ifup", "case $2 in br0) ip link set eth0 nomaster;; esac");
        Uplink uplink =
                new Uplink(kernel, journal, Host.here(), config(), trial -> {}, said::add, Duration.ofMillis(1));
        takeToStay(uplink);
        assertThatThrownBy(uplink::keep).hasMessage("no answer any more from gateway 192.168.1.1");
        isAsBefore();
    }

    @Test
    void whoeverComesUndoesWhatIsHalfWritten() throws IOException {
        Uplink uplink = uplink();
        Trial asking = takeToStay(uplink);
        journal.write(asking.in(Trial.Phase.WRITING, Host.here().uptime() + 60).by(0, Host.here()));
        journal.keep(new Persisted("br0", "eth0", "eui64", "now", asking.persistent()));
        Files.writeString(
                interfaces, String.valueOf(asking.persistent().files().get(0).after()));
        assertThat(uplink().recover()).isTrue();
        isAsBefore();
    }

    @Test
    void whatAPowerCutLeftHalfWrittenIsUndoneAtTheNextBoot() throws IOException {
        Uplink uplink = uplink();
        Trial asking = takeToStay(uplink);
        uplink.giveUp();
        String text = OfAnotherBoot.text(asking.in(Trial.Phase.WRITING, 0), Host.here());
        Files.writeString(journal.folder().resolve("trial.json"), text);
        Files.writeString(
                interfaces, String.valueOf(asking.persistent().files().get(0).after()));
        uplink().recover();
        isAsBefore();
        assertThat(calls()).isEmpty();
    }

    @Test
    void whatAPersonHasChangedMeanwhileIsLeft() throws IOException {
        Uplink uplink = uplink();
        takeToStay(uplink);
        Files.writeString(interfaces, "# mine\n", StandardOpenOption.APPEND);
        assertThatThrownBy(uplink::keep).hasMessageContaining("has been changed meanwhile, so nothing is written");
        assertThat(interfaces).hasContent(BEFORE + "# mine\n");
        assertThat(Namespaces.snapshot()).isEqualTo(carried);
    }

    @Test
    void afterABootItIsKnownByWhatWasWritten() throws IOException {
        Uplink uplink = uplink();
        takeToStay(uplink);
        uplink.keep();
        journal.forget("br0");
        assertThat(uplink.taken()).extracting(Taken::bridge).containsExactly("br0");
        assertThat(Release.chosen(uplink.taken(), Optional.empty()).nic()).isEqualTo("eth0");
        Namespaces.run("ip", "link", "set", "eth0", "nomaster");
        assertThat(uplink.taken()).isEmpty();
    }
}
