import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Addresses of one subnet asked of several daemons at once, as dockerd asks:
 * {@code Claims SUBNET COUNT CLIENTS SOCKET...}. COUNT is of all, CLIENTS of each daemon. Prints addresses a second and
 * the median time of one in microseconds; fails if two were given one address.
 */
final class Claims {
    public static void main(String[] args) throws Exception {
        int clients = Integer.parseInt(args[2]);
        List<String> sockets = List.of(args).subList(3, args.length);
        int each = Integer.parseInt(args[1]) / (clients * sockets.size());
        List<Calls.Connection> connections = new ArrayList<>();
        List<Calls.Network> networks = new ArrayList<>();
        for (String socket : sockets) {
            Calls.Connection connection = new Calls.Connection(Path.of(socket));
            connections.add(connection);
            networks.add(Calls.Network.create(connection, "br0", args[0]));
        }
        List<Callable<long[]>> tasks = new ArrayList<>();
        List<String> addresses = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < clients * sockets.size(); i++) {
            Path socket = Path.of(sockets.get(i % sockets.size()));
            Calls.Network network = networks.get(i % sockets.size());
            tasks.add(() -> ask(socket, network, each, addresses));
        }
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        long start = System.nanoTime();
        List<Future<long[]>> results = threads.invokeAll(tasks);
        double seconds = (System.nanoTime() - start) / 1e9;
        threads.shutdown();
        List<long[]> times = new ArrayList<>();
        for (Future<long[]> result : results) {
            times.add(result.get());
        }
        if (addresses.stream().distinct().count() != addresses.size()) {
            throw new IllegalStateException("an address was given twice");
        }
        System.out.printf(
                "%.0f %d%n",
                addresses.size() / seconds,
                Calls.median(times.stream().flatMapToLong(Arrays::stream).toArray()));
        for (int i = 0; i < networks.size(); i++) {
            delete(networks.get(i), connections.get(i));
            connections.get(i).close();
        }
    }

    /**
     * No dockerd gives back a pool with thousands of addresses in it: that may take longer than a call, and is asked
     * for until it is done.
     */
    private static void delete(Calls.Network network, Calls.Connection connection) throws Exception {
        for (int left = 30; ; left--) {
            try {
                network.delete(connection);
                return;
            } catch (java.io.IOException e) {
                if (left == 0 || !e.getMessage().contains("deadline")) {
                    throw e;
                }
            }
        }
    }

    private static long[] ask(Path socket, Calls.Network network, int count, List<String> addresses) throws Exception {
        long[] times = new long[count];
        List<String> mine = new ArrayList<>();
        try (Calls.Connection connection = new Calls.Connection(socket)) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                mine.add(network.address(connection));
                times[i] = System.nanoTime() - start;
            }
        }
        addresses.addAll(mine);
        return times;
    }
}
