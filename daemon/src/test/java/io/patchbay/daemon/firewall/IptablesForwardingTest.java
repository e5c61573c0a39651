package io.patchbay.daemon.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.firewall.Forwarding.State;
import io.patchbay.daemon.tool.Tool;
import io.patchbay.daemon.warmup.WarmUpLinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs here keep a chain in a file each, so that it shows which of them was written to. */
class IptablesForwardingTest {
    private static final String RULE = "-A DOCKER-USER -i br0 -o br0 -m physdev --physdev-is-bridged -j ACCEPT";
    private static final String DROPS = "-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n";
    private static final String PROGRAM = """
            #!/bin/sh
            shift 2
            verb=$1 file=$0.chains/$2
            shift
            case $verb in
            -S) cat "$file" ;;
            -N) echo "-N $1" >"$file" ;;
            -C) grep -qxF -e "-A $*" "$file" ;;
            -I) old=$(cat "$file") && printf '%s\\n' "-A $*" "$old" >"$file" ;;
            esac 2>&1
            """;

    @TempDir
    private Path folder;

    private Path proc;

    @BeforeEach
    void bridgedFramesAreFiltered() throws IOException {
        proc = folder.resolve("proc");
        Path bridge = Files.createDirectories(proc.resolve("sys/net/bridge"));
        Files.writeString(bridge.resolve("bridge-nf-call-iptables"), "1\n");
        Files.createDirectories(proc.resolve("net"));
    }

    private IptablesForwarding forwarding() {
        return new IptablesForwarding(
                new WarmUpLinks(),
                name -> Optional.of(folder.resolve(name))
                        .filter(Files::isExecutable)
                        .map(path -> new Tool(path, Duration.ofSeconds(10))),
                proc);
    }

    private void program(String name, String forward) throws IOException {
        Path program = folder.resolve(name);
        Files.writeString(program, PROGRAM);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(folder.resolve(name + ".chains"));
        Files.writeString(chain(name, "FORWARD"), forward);
    }

    private Path chain(String program, String chain) {
        return folder.resolve(program + ".chains").resolve(chain);
    }

    private void engineUses(String program) throws IOException {
        Files.writeString(chain(program, "FORWARD"), DROPS);
        Files.writeString(chain(program, "DOCKER-USER"), "-N DOCKER-USER\n-A DOCKER-USER -j RETURN\n");
    }

    private void oldTables(String text) throws IOException {
        Files.writeString(proc.resolve("net/ip_tables_names"), text);
    }

    private boolean hasRule(String program) throws IOException {
        Path chain = chain(program, "DOCKER-USER");
        return Files.exists(chain) && Files.readAllLines(chain).contains(RULE);
    }

    @Test
    void theRuleGoesWhereTheEnginesChainIs() throws IOException {
        for (String used : List.of("iptables-nft", "iptables-legacy")) {
            Path before = folder;
            folder = Files.createDirectory(folder.resolve(used + ".host"));
            bridgedFramesAreFiltered();
            program("iptables-nft", "-P FORWARD ACCEPT\n");
            program("iptables-legacy", "-P FORWARD ACCEPT\n");
            oldTables("nat\nfilter\n");
            engineUses(used);
            assertThat(forwarding().status("br0").state()).as(used).isEqualTo(State.DROPPED);
            forwarding().allow("br0");
            assertThat(forwarding().status("br0").state()).as(used).isEqualTo(State.ACCEPTED);
            assertThat(hasRule("iptables-nft")).isEqualTo(used.equals("iptables-nft"));
            assertThat(hasRule("iptables-legacy")).isEqualTo(used.equals("iptables-legacy"));
            folder = before;
        }
    }

    @Test
    void anEngineThatChangedItsKindLeftChainsInBoth() throws IOException {
        program("iptables-nft", "");
        program("iptables-legacy", "");
        oldTables("filter\n");
        engineUses("iptables-nft");
        engineUses("iptables-legacy");
        forwarding().allow("br0");
        forwarding().allow("br0");
        assertThat(hasRule("iptables-nft")).isTrue();
        assertThat(hasRule("iptables-legacy")).isTrue();
        assertThat(Files.readAllLines(chain("iptables-nft", "DOCKER-USER"))).containsOnlyOnce(RULE);
    }

    @Test
    void oldTablesThatAreNotThereAreNotMade() throws IOException {
        program("iptables-nft", "");
        engineUses("iptables-nft");
        program("iptables-legacy", "");
        engineUses("iptables-legacy");
        oldTables("nat\n");
        forwarding().allow("br0");
        assertThat(hasRule("iptables-legacy")).isFalse();
        Files.delete(proc.resolve("net/ip_tables_names"));
        forwarding().allow("br0");
        assertThat(hasRule("iptables-legacy")).isFalse();
        assertThat(hasRule("iptables-nft")).isTrue();
    }

    @Test
    void beforeTheEngineItsOwnProgramMakesTheChain() throws IOException {
        program("iptables-nft", "-P FORWARD ACCEPT\n");
        program("iptables-legacy", "-P FORWARD ACCEPT\n");
        program("iptables", "-P FORWARD ACCEPT\n");
        forwarding().allow("br0");
        assertThat(hasRule("iptables")).isTrue();
        assertThat(chain("iptables-nft", "DOCKER-USER")).doesNotExist();
    }

    @Test
    void aPluginBeforeTheEngineMakesNoChainByAGuess() throws IOException {
        program("iptables-nft", "-P FORWARD ACCEPT\n");
        program("iptables-legacy", "-P FORWARD ACCEPT\n");
        forwarding().allow("br0");
        assertThat(chain("iptables-nft", "DOCKER-USER")).doesNotExist();
        assertThat(chain("iptables-legacy", "DOCKER-USER")).doesNotExist();
    }

    /** As Docker 29 with nftables, and any engine with {@code "iptables": false}, leaves them to others. */
    @Test
    void whereNothingJumpsToDockersChainTheRuleGoesIntoForward() throws IOException {
        program("iptables-nft", "-P FORWARD DROP\n");
        program("iptables-legacy", "-P FORWARD ACCEPT\n");
        program("iptables", "-P FORWARD DROP\n");
        assertThat(forwarding().status("br0").state()).isEqualTo(State.DROPPED);
        forwarding().allow("br0");
        forwarding().allow("br0");
        assertThat(forwarding().status("br0").state()).isEqualTo(State.ACCEPTED);
        assertThat(Files.readAllLines(chain("iptables-nft", "FORWARD")))
                .containsOnlyOnce(RULE.replace("DOCKER-USER", "FORWARD"));
        assertThat(Files.readAllLines(chain("iptables-legacy", "FORWARD"))).containsExactly("-P FORWARD ACCEPT");
    }

    @Test
    void aRuleThatRefusesAllIsNoAcceptance() throws IOException {
        program("iptables-nft", "-P FORWARD ACCEPT\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n");
        assertThat(forwarding().status("br0").state()).isEqualTo(State.DROPPED);
        assertThat(forwarding().status("br0").detail()).contains("a rule in FORWARD of iptables-nft refuses");
        forwarding().allow("br0");
        assertThat(forwarding().status("br0").state()).isEqualTo(State.ACCEPTED);
    }

    @Test
    void aRuleThatRefusesSomethingElseDecidesNothing() throws IOException {
        program(
                "iptables-nft",
                "-P FORWARD ACCEPT\n-A FORWARD -i docker0 -j DROP\n-A FORWARD -p tcp -m tcp --dport 25 -j DROP\n");
        assertThat(forwarding().status("br0").state()).isEqualTo(State.ACCEPTED);
    }

    @Test
    void aLockThatAnotherHoldsIsNotAnAbsentRule() throws IOException {
        program("iptables-nft", "");
        engineUses("iptables-nft");
        Path program = folder.resolve("iptables-nft");
        Files.writeString(program, PROGRAM.replace("-C) ", "-C) echo 'xtables lock'; exit 4 ;;\nunused) "));
        assertThatThrownBy(() -> forwarding().allow("br0"))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("xtables lock");
        assertThat(hasRule("iptables-nft")).isFalse();
    }

    @Test
    void withoutAnyProgramNothingIsKnown() {
        assertThat(forwarding().status("br0").state()).isEqualTo(State.UNKNOWN);
        assertThatThrownBy(() -> forwarding().allow("br0")).hasMessageContaining("no program iptables");
    }
}
