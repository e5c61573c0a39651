package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A headless Chromium in a host's network, with one page. It is spoken to over a pipe, so that it needs no port: each
 * message of the Chrome DevTools protocol is JSON with a NUL behind it.
 */
public final class Browser implements AutoCloseable {
    private static final Duration ANSWERS = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final AtomicInteger asked = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String session = "";

    private Browser(Process process) {
        this.process = process;
    }

    /** One in the network of that host; {@code profile} is a folder of its own. */
    public static Browser inNetworkOf(Host host, Path profile) {
        List<String> command = List.of(
                "nsenter",
                "--net=/run/netns/" + host.lab().namespace(String.valueOf(host.number())),
                "sh",
                "-c",
                "exec chromium-headless-shell --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run"
                        + " --disable-background-networking --disable-component-update --disable-sync"
                        + " --disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider"
                        + " --remote-debugging-pipe --user-data-dir=\"$0\" about:blank"
                        + " 3<&0 4>&1 </dev/null >\"$0/chromium.log\" 2>&1",
                profile.toString());
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("HOME", profile.toString());
            builder.environment().put("TMPDIR", profile.toString());
            Browser browser = new Browser(Processes.start(builder));
            Thread reader = new Thread(browser::read, "browser");
            reader.setDaemon(true);
            reader.start();
            browser.begin();
            return browser;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "chromium-headless-shell does not start; it is Debian's package of that name", e);
        }
    }

    private void begin() {
        String target = call("Target.createTarget", JSON.createObjectNode().put("url", "about:blank"))
                .path("targetId")
                .asText();
        session = call(
                        "Target.attachToTarget",
                        JSON.createObjectNode().put("targetId", target).put("flatten", true))
                .path("sessionId")
                .asText();
        for (String domain : List.of("Page", "Runtime", "Network", "Log", "Accessibility")) {
            call(domain + ".enable", JSON.createObjectNode());
        }
    }

    /** Shows a page of that width, light or dark. */
    public void open(String url, int width, int height, boolean dark) {
        call(
                "Emulation.setDeviceMetricsOverride",
                JSON.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
        ObjectNode media = JSON.createObjectNode().put("media", "");
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", dark ? "dark" : "light");
        call("Emulation.setEmulatedMedia", media);
        JsonNode opened = call("Page.navigate", JSON.createObjectNode().put("url", url));
        if (opened.hasNonNull("errorText")) {
            throw new AssertionError(url + " cannot be shown: " + opened);
        }
    }

    /** What an expression of JavaScript is in the page. */
    public JsonNode value(String expression) {
        JsonNode answer = call(
                "Runtime.evaluate",
                JSON.createObjectNode()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        if (answer.hasNonNull("exceptionDetails")) {
            throw new AssertionError(expression + " failed: " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** The text that a part of the page shows. */
    public String text(String selector) {
        return value("document.querySelector('" + selector + "').innerText").asText();
    }

    /** Types into the field that has the focus or gets it. */
    public void type(String selector, String text) {
        value("document.querySelector('" + selector + "').focus(); document.querySelector('" + selector
                + "').select(); true");
        call("Input.insertText", JSON.createObjectNode().put("text", text));
    }

    /** A picture of what is to be seen, as PNG. */
    public void photograph(Path file) {
        JsonNode picture =
                call("Page.captureScreenshot", JSON.createObjectNode().put("format", "png"));
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a screen reader is told: role and name of each thing, as in {@code "heading Hosts"}. */
    public List<String> spoken() {
        return call("Accessibility.getFullAXTree", JSON.createObjectNode()).path("nodes").findParents("role").stream()
                .filter(node -> !node.path("ignored").asBoolean())
                .map(node -> node.path("role").path("value").asText() + " "
                        + node.path("name").path("value").asText())
                .toList();
    }

    /** Every URL it has asked for. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** What it has complained of: exceptions, refusals of the content security policy, failed requests. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    private JsonNode call(String method, ObjectNode params) {
        int id = asked.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", params);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            synchronized (this) {
                process.getOutputStream().write((message + "\0").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            }
            JsonNode got = answer.get(ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
            if (got.hasNonNull("error")) {
                throw new AssertionError("the browser refuses " + message + ": " + got.path("error"));
            }
            return got.path("result");
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the browser does not answer " + message, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == 0) {
                    hear(JSON.readTree(message.toByteArray()));
                    message.reset();
                } else {
                    message.write(next);
                }
            }
        } catch (IOException e) {
            // it has ended
        }
        answers.values().forEach(answer -> answer.completeExceptionally(new IOException("the browser has ended")));
    }

    private void hear(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer =
                    answers.remove(message.path("id").asInt());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        JsonNode params = message.path("params");
        switch (message.path("method").asText()) {
            case "Network.requestWillBeSent" ->
                requests.add(params.path("request").path("url").asText());
            case "Runtime.exceptionThrown" ->
                complaints.add(params.path("exceptionDetails").toString());
            case "Log.entryAdded" -> complaints.add(params.path("entry").toString());
            default -> {
                // of no interest
            }
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
