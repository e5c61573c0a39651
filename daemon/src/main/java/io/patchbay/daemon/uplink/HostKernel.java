package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.tool.Tool;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel by this host's {@code ip}. */
final class HostKernel implements Kernel {
    private static final Logger LOG = LoggerFactory.getLogger(HostKernel.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Made by the kernel, of another meaning for a bridge, or told by {@code ip} itself. */
    private static final Set<String> NOT_COPIED = Set.of("stable_secret", "addr_gen_mode", "mc_forwarding", "mtu");

    private static final String WRITE = "write ";
    private static final String RESOLVE = "resolvectl ";
    private static final Pattern FAILED = Pattern.compile("Command failed -:(\\d+)");

    private final Tool ip;
    private final Optional<Tool> resolvectl;
    private final Path settings;

    private HostKernel(Tool ip, Optional<Tool> resolvectl, Path settings) {
        this.ip = ip;
        this.resolvectl = resolvectl;
        this.settings = settings;
    }

    /** With {@code ip} of {@code path}, which is like PATH; its lack is a {@code NOT_FOUND}. */
    static HostKernel of(String path) {
        Path program = Tool.find("ip", path)
                .orElseThrow(() -> new PatchbayException(
                        PatchbayException.Kind.NOT_FOUND,
                        "there is no program ip, which this needs: apt-get install iproute2"));
        return new HostKernel(
                new Tool(program, LIMIT),
                Tool.find("resolvectl", path).map(found -> new Tool(found, LIMIT)),
                Path.of("/proc/sys/net"));
    }

    @Override
    public JsonNode json(String... words) {
        Tool.Result result =
                ip.run(Stream.concat(Stream.of("-json"), Stream.of(words)).toArray(String[]::new));
        if (!result.ok()) {
            throw new PatchbayException(
                    PatchbayException.Kind.KERNEL, "ip " + String.join(" ", words) + ": " + result.words());
        }
        try {
            return new ObjectMapper().readTree(result.output().isBlank() ? "[]" : result.output());
        } catch (JsonProcessingException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.KERNEL, "this host's ip is not iproute2's, it knows no -json", e);
        }
    }

    @Override
    public List<String> lines(String... words) {
        Tool.Result result = ip.run(words);
        return result.ok() ? result.output().lines().toList() : List.of();
    }

    @Override
    public Map<String, String> settings(String link) {
        Map<String, String> found = new TreeMap<>();
        for (String family : List.of("ipv4", "ipv6")) {
            Path folder = settings.resolve(family + "/conf/" + link);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    if (!NOT_COPIED.contains(name)) {
                        found.put(
                                settings + "/" + family + "/conf/%s/" + name,
                                Files.readString(file).strip());
                    }
                }
            } catch (IOException e) {
                throw new PatchbayException(
                        PatchbayException.Kind.KERNEL, "settings of " + link + " cannot be read: " + e.getMessage(), e);
            }
        }
        return found;
    }

    @Override
    public void run(List<String> lines) {
        for (List<String> some : groups(lines)) {
            if (some.get(0).startsWith(WRITE)) {
                write(some.get(0));
                continue;
            }
            if (some.get(0).startsWith(RESOLVE)) {
                some.forEach(this::resolve);
                continue;
            }
            Tool.Result result = batch(some, "-batch");
            if (!result.ok()) {
                throw new PatchbayException(PatchbayException.Kind.KERNEL, refusal(some, result));
            }
        }
    }

    private static String refusal(List<String> lines, Tool.Result result) {
        Matcher failed = FAILED.matcher(result.output());
        String line = failed.find() ? " " + lines.get(Integer.parseInt(failed.group(1)) - 1) : "";
        return "ip" + line + ": "
                + FAILED.matcher(result.words()).replaceAll("").replaceAll("[; ]+$", "");
    }

    @Override
    public void runAll(List<String> lines) {
        for (List<String> some : groups(lines)) {
            if (some.get(0).startsWith(WRITE) || some.get(0).startsWith(RESOLVE)) {
                continue;
            }
            List<String> marked = new ArrayList<>(some);
            marked.add("link show dev lo");
            if (!batch(marked, "-force", "-batch").output().contains("LOOPBACK")) {
                // some refusals end it, whatever it was told
                some.forEach(line -> batch(List.of(line), "-batch"));
            }
        }
    }

    private Tool.Result batch(List<String> lines, String... how) {
        boolean v6 = lines.get(0).startsWith("-6 ");
        List<String> words = new ArrayList<>(v6 ? List.of("-6") : List.of());
        words.addAll(List.of(how));
        words.add("-");
        String text = String.join("\n", lines) + "\n";
        return ip.feed(v6 ? text.replaceAll("(?m)^-6 ", "") : text, words.toArray(String[]::new));
    }

    /** What one {@code ip} can do stays together: a process for each line would cost a millisecond each. */
    private static List<List<String>> groups(List<String> lines) {
        List<List<String>> groups = new ArrayList<>();
        String last = "";
        for (String line : lines) {
            String kind = line.startsWith("-6 ")
                    ? "-6"
                    : line.startsWith(WRITE) ? line : line.startsWith(RESOLVE) ? RESOLVE : "ip";
            if (!kind.equals(last)) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(line);
            last = kind;
        }
        return groups;
    }

    /** Names are no reason to go back: who does not answer is known by address. */
    private void resolve(String line) {
        String[] words = line.split(" ", -1);
        Tool.Result result = resolvectl
                .map(tool -> tool.run(Arrays.copyOfRange(words, 1, words.length)))
                .orElse(new Tool.Result(1, "there is no such program"));
        if (!result.ok()) {
            LOG.warn("{}: {}", line, result.words());
        }
    }

    private static void write(String line) {
        String[] words = line.split(" ", 3);
        try {
            Files.writeString(Path.of(words[1]), words[2]);
        } catch (IOException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.KERNEL, words[1] + " does not take " + words[2] + ": " + e.getMessage(), e);
        }
    }
}
