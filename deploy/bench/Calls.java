import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What dockerd would send, timed. Each mode prints one line of numbers in microseconds.
 *
 * <pre>
 * cycle SOCKET BRIDGE WARM ROUNDS   medians of ROUNDS whole cycles after WARM ones, of the first half (to Join),
 *                                   of the second, of each of the six calls
 * sync FOLDER ROUNDS                median of a 512-byte write with fdatasync into space written beforehand
 * fill SOCKET BRIDGE COUNT WINDOW   medians of WINDOW requests at the 1st, the 1 000th and the last address of a /16
 * named SOCKET BRIDGE COUNT PROBE   COUNT lines: each a request of an address by name on a network with
 *                                   io.patchbay.probe=PROBE
 * endpoints SOCKET BRIDGE COUNT     makes COUNT endpoints on a /16 and leaves them
 * start SOCKET COMMAND...           time from the start of the command to the first answer on the socket; ends it
 * </pre>
 */
final class Calls {
    private static final Pattern VALUE = Pattern.compile("\"(PoolID|Address)\":\"([^\"]+)\"");
    private static long ids = System.nanoTime();

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "cycle" -> cycle(Path.of(args[1]), args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            case "sync" -> sync(Path.of(args[1]), Integer.parseInt(args[2]));
            case "fill" -> fill(Path.of(args[1]), args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            case "named" -> named(Path.of(args[1]), args[2], Integer.parseInt(args[3]), args[4]);
            case "endpoints" -> endpoints(Path.of(args[1]), args[2], Integer.parseInt(args[3]));
            case "start" -> start(Path.of(args[1]), List.of(args).subList(2, args.length));
            default -> throw new IllegalArgumentException("unknown mode " + args[0]);
        }
    }

    /** One connection that is kept, as dockerd keeps it. */
    static final class Connection implements AutoCloseable {
        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

        Connection(Path socket) throws IOException {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
        }

        String call(String method, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            String head = "POST /" + method + " HTTP/1.1\r\nHost: \r\nContent-Length: " + bytes.length + "\r\n\r\n";
            channel.write(ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8)));
            StringBuilder answer = new StringBuilder();
            while (true) {
                buffer.clear();
                if (channel.read(buffer) < 0) {
                    throw new IOException(method + ": the connection was closed");
                }
                answer.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
                int end = answer.indexOf("\r\n\r\n");
                if (end >= 0) {
                    Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(answer);
                    if (length.find() && answer.length() >= end + 4 + Integer.parseInt(length.group(1))) {
                        break;
                    }
                }
            }
            String text = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            if (text.contains("\"Err\":\"") || !answer.toString().startsWith("HTTP/1.1 200")) {
                throw new IOException(method + " failed: " + answer);
            }
            return text;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    static String value(String answer) {
        Matcher matcher = VALUE.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException("no value in " + answer);
        }
        return matcher.group(2);
    }

    static String id() {
        return String.format("%016x", ids++ * 0x9e3779b97f4a7c15L).repeat(4);
    }

    static long median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return TimeUnit.NANOSECONDS.toMicros(sorted[sorted.length / 2]);
    }

    /** A network on a /16; its id and its pool's. */
    record Network(String id, String pool, String subnet) {
        static Network create(Connection c, String bridge, String subnet) throws IOException {
            return create(c, bridge, subnet, "on");
        }

        static Network create(Connection c, String bridge, String subnet, String probe) throws IOException {
            String space = "\"AddressSpace\":\"patchbay-local\"";
            String pool = value(c.call(
                    "IpamDriver.RequestPool",
                    "{" + space + ",\"Pool\":\"" + subnet
                            + "\",\"SubPool\":\"\",\"Options\":null,\"V6\":false}"));
            // one that is guessed would be refused: nothing on the lab's LAN says who it is
            String gateway = value(c.call(
                    "IpamDriver.RequestAddress",
                    "{\"PoolID\":\"" + pool + "\",\"Address\":\"" + subnet.replaceAll("0/\\d+$", "1")
                            + "\",\"Options\":{\"RequestAddressType\":\"com.docker.network.gateway\"}}"));
            String id = Calls.id();
            c.call(
                    "NetworkDriver.CreateNetwork",
                    "{\"NetworkID\":\"" + id
                            + "\",\"Options\":{\"com.docker.network.generic\":{\"com.docker.network.bridge.name\":\""
                            + bridge + "\",\"io.patchbay.probe\":\"" + probe + "\"}},\"IPv4Data\":[{" + space
                            + ",\"Pool\":\"" + subnet
                            + "\",\"Gateway\":\"" + gateway + "\"}],\"IPv6Data\":[]}");
            return new Network(id, pool, subnet);
        }

        String address(Connection c) throws IOException {
            return address(c, "");
        }

        String address(Connection c, String wanted) throws IOException {
            return value(c.call(
                    "IpamDriver.RequestAddress",
                    "{\"PoolID\":\"" + pool + "\",\"Address\":\"" + wanted + "\",\"Options\":null}"));
        }

        String endpoint(Connection c, String address) throws IOException {
            String endpoint = Calls.id();
            c.call(
                    "NetworkDriver.CreateEndpoint",
                    "{\"NetworkID\":\"" + id + "\",\"EndpointID\":\"" + endpoint
                            + "\",\"Interface\":{\"Address\":\"" + address
                            + "\",\"AddressIPv6\":\"\",\"MacAddress\":\"\"},\"Options\":{}}");
            return endpoint;
        }

        void delete(Connection c) throws IOException {
            c.call("IpamDriver.ReleasePool", "{\"PoolID\":\"" + pool + "\"}");
            c.call("NetworkDriver.DeleteNetwork", "{\"NetworkID\":\"" + id + "\"}");
        }
    }

    private static void cycle(Path socket, String bridge, int warm, int rounds) throws IOException {
        long[][] at = new long[rounds][];
        try (Connection c = new Connection(socket)) {
            Network network = Network.create(c, bridge, "10.130.0.0/16");
            for (int i = -warm; i < rounds; i++) {
                long[] times = new long[7];
                times[0] = System.nanoTime();
                String address = network.address(c);
                times[1] = System.nanoTime();
                String endpoint = network.endpoint(c, address);
                times[2] = System.nanoTime();
                String both = "{\"NetworkID\":\"" + network.id() + "\",\"EndpointID\":\"" + endpoint + "\"";
                c.call("NetworkDriver.Join", both + ",\"SandboxKey\":\"/x\",\"Options\":{}}");
                times[3] = System.nanoTime();
                c.call("NetworkDriver.Leave", both + "}");
                times[4] = System.nanoTime();
                c.call("NetworkDriver.DeleteEndpoint", both + "}");
                times[5] = System.nanoTime();
                c.call(
                        "IpamDriver.ReleaseAddress",
                        "{\"PoolID\":\"" + network.pool() + "\",\"Address\":\"" + address.split("/")[0] + "\"}");
                times[6] = System.nanoTime();
                if (i >= 0) {
                    at[i] = times;
                }
            }
            network.delete(c);
        }
        StringBuilder line = new StringBuilder();
        for (int[] span : new int[][] {{0, 6}, {0, 3}, {3, 6}, {0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}}) {
            line.append(median(Arrays.stream(at).mapToLong(t -> t[span[1]] - t[span[0]]).toArray())).append(' ');
        }
        System.out.println(line.toString().strip());
    }

    private static void sync(Path folder, int rounds) throws IOException {
        Path file = Files.createTempFile(folder, "sync", ".bin");
        long[] times = new long[rounds];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int at = 0; at < (rounds + 20) * 512; at += 4096) {
                channel.write(ByteBuffer.allocateDirect(4096), at);
            }
            channel.force(true);
            ByteBuffer record = ByteBuffer.allocateDirect(512);
            for (int i = -20; i < rounds; i++) {
                long start = System.nanoTime();
                channel.write(record.clear(), (i + 20L) * 512);
                channel.force(false);
                if (i >= 0) {
                    times[i] = System.nanoTime() - start;
                }
            }
        } finally {
            Files.delete(file);
        }
        System.out.println(median(times));
    }

    private static void fill(Path socket, String bridge, int count, int window) throws IOException {
        List<String> medians = new ArrayList<>();
        try (Connection c = new Connection(socket)) {
            // the first calls of a JVM would be compared with warm ones otherwise
            Network warm = Network.create(c, bridge, "10.131.0.0/16");
            for (int i = 0; i < 3000; i++) {
                warm.address(c);
            }
            warm.delete(c);
            Network network = Network.create(c, bridge, "10.132.0.0/16");
            long[] times = new long[count];
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                network.address(c);
                times[i] = System.nanoTime() - start;
            }
            for (int at : new int[] {0, 1000 - window / 2, count - window}) {
                medians.add(String.valueOf(median(Arrays.copyOfRange(times, at, at + window))));
            }
            network.delete(c);
        }
        System.out.println(String.join(" ", medians));
    }

    private static void named(Path socket, String bridge, int count, String probe) throws IOException {
        long[] times = new long[count];
        try (Connection c = new Connection(socket)) {
            Network network = Network.create(c, bridge, "10.134.0.0/16", probe);
            for (int i = -5; i < count; i++) {
                // far from those that are asked for beforehand
                String wanted = "10.134.77." + (100 + i);
                long start = System.nanoTime();
                network.address(c, wanted);
                if (i >= 0) {
                    times[i] = System.nanoTime() - start;
                }
            }
            network.delete(c);
        }
        for (long time : times) {
            System.out.println(TimeUnit.NANOSECONDS.toMicros(time));
        }
    }

    private static void endpoints(Path socket, String bridge, int count) throws IOException {
        try (Connection c = new Connection(socket)) {
            Network network = Network.create(c, bridge, "10.133.0.0/16");
            for (int i = 0; i < count; i++) {
                network.endpoint(c, network.address(c));
            }
        }
    }

    private static void start(Path socket, List<String> command) throws Exception {
        Files.deleteIfExists(socket);
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            while (true) {
                try (Connection c = new Connection(socket)) {
                    c.call("Plugin.Activate", "");
                    break;
                } catch (IOException notYet) {
                    if (!process.isAlive() || System.nanoTime() - start > 20_000_000_000L) {
                        throw new IllegalStateException("no answer from " + command, notYet);
                    }
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            System.out.println(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
        } finally {
            process.destroy();
            process.waitFor(5, TimeUnit.SECONDS);
        }
    }
}
