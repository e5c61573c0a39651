package io.patchbay.daemon.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Await;
import io.patchbay.daemon.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The commands as processes, with the watchdog, killed and without a terminal. */
class UplinkProcessTest extends OnKernel {
    private int number;

    /** A command that runs, and what it prints. */
    private record Running(Process process, Path output) {
        String text() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        int end() throws InterruptedException {
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).as(text()).isTrue();
            return process.exitValue();
        }
    }

    private Running startWith(String path, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.patchbay.daemon.Main",
                "uplink"));
        command.addAll(List.of(words));
        command.addAll(List.of("--state-dir", folder.toString()));
        Path output = folder.resolve("output." + number++);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", path);
        return new Running(builder.start(), output);
    }

    private Running start(String... words) throws IOException {
        return startWith(System.getenv().getOrDefault("PATH", ""), words);
    }

    private Running untilAsked(String seconds) throws IOException {
        Running take = start("take", "eth0", "--within", seconds);
        Await.until("the question", () -> take.text().contains("It goes back by itself"));
        return take;
    }

    private static void signal(Process process, String signal) {
        Namespaces.run("kill", "-" + signal, Long.toString(process.pid()));
    }

    @Test
    void whoIsKilledAtTheQuestionIsConfirmedFromElsewhere() throws Exception {
        String before = Namespaces.snapshot();
        Running take = untilAsked("600");
        signal(take.process(), "KILL");
        assertThat(take.end()).isEqualTo(137);
        Running confirm = start("confirm");
        assertThat(confirm.end()).as(confirm.text()).isZero();
        assertThat(confirm.text()).contains("br0 stays until the host boots");
        Await.until("the watchdog's end", () -> journal.trial().isEmpty());
        assertThat(journal.taken()).extracting(Taken::bridge).containsExactly("br0");
        assertThat(Namespaces.snapshot()).isNotEqualTo(before);
    }

    @Test
    void whoLosesTheTerminalIsUndoneWhenTheTimeIsOver() throws Exception {
        String before = Namespaces.snapshot();
        Running take = untilAsked("1");
        signal(take.process(), "HUP");
        Await.until("the watchdog has undone it", () -> journal.trial().isEmpty());
        assertThat(Namespaces.snapshot()).isEqualTo(before);
    }

    @Test
    void whoIsKilledInTheMiddleIsUndoneByTheWatchdog() throws Exception {
        String before = Namespaces.snapshot();
        Path ip = Tool.find("ip", System.getenv().getOrDefault("PATH", "")).orElseThrow();
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path half = bin.resolve("half");
        Files.writeString(bin.resolve("ip"), """
                #!/bin/sh
                # does half of the batch that moves the NIC, and does not end; what goes back is done whole
                if [ "$1" = -batch ] && [ ! -e %2$s ]; then
                	cat >%2$s.$$
                	if grep -q 'master br0' %2$s.$$; then
                		head -n $(($(wc -l <%2$s.$$) / 2)) %2$s.$$ | %1$s -batch -
                		echo $$ >%2$s.new
                		mv %2$s.new %2$s
                		exec sleep 600
                	fi
                	exec %1$s -batch %2$s.$$
                fi
                exec %1$s "$@"
                """.formatted(ip, half));
        Namespaces.run("chmod", "+x", bin + "/ip");
        // what is written to /proc/sys would part the batches
        Namespaces.run("sh", "-c", "echo 0 > /proc/sys/net/ipv4/conf/eth0/log_martians");
        Running take = startWith(bin + ":" + System.getenv().getOrDefault("PATH", ""), "take", "eth0", "--yes");
        Await.until("half of it is done", () -> Files.exists(half));
        assertThat(Namespaces.snapshot()).isNotEqualTo(before);
        signal(take.process(), "KILL");
        assertThat(take.end()).isEqualTo(137);
        Await.until("the watchdog has undone it", () -> journal.trial().isEmpty());
        assertThat(Namespaces.snapshot()).isEqualTo(before);
        Namespaces.run("kill", Files.readString(half).strip());
    }
}
