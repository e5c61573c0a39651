import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bare etcd, without anything of Patchbay, by the same gRPC library. Run with the distribution's lib folder as class
 * path.
 *
 * <pre>
 * txn ENDPOINTS PREFIX COUNT CLIENTS     COUNT keys created if absent, a transaction each,
 *                                        by so many clients at once of each endpoint:
 *                                        transactions a second, median microseconds
 * fill ENDPOINTS KEY COUNT               copies of the record at KEY, which ends with an IPv4 address,
 *                                        for the next COUNT addresses
 * </pre>
 */
final class Etcd {
    private static final int BATCH = 100;

    public static void main(String[] args) throws Exception {
        List<ManagedChannel> channels = new ArrayList<>();
        for (String endpoint : args[1].split(",")) {
            String[] place = endpoint.replaceFirst("^http://", "").split(":");
            channels.add(NettyChannelBuilder.forAddress(place[0], Integer.parseInt(place[1])).usePlaintext().build());
        }
        try {
            List<KVGrpc.KVBlockingStub> etcd = channels.stream().map(KVGrpc::newBlockingStub).toList();
            switch (args[0]) {
                case "txn" -> txn(etcd, args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
                case "fill" -> fill(etcd.get(0), args[2], Integer.parseInt(args[3]));
                default -> throw new IllegalArgumentException("unknown mode " + args[0]);
            }
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static RequestOp put(String key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(value))
                .build();
    }

    /** A claim is as long, and has as many conditions: absent itself, and its pool user there. */
    private static TxnRequest creation(String prefix, String key) {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(bytes(key))
                        .setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setModRevision(0))
                .addCompare(Compare.newBuilder()
                        .setKey(bytes(prefix + "user"))
                        .setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.GREATER)
                        .setModRevision(0))
                .addSuccess(put(key, bytes("x".repeat(300))))
                .build();
    }

    private static void txn(List<KVGrpc.KVBlockingStub> etcd, String prefix, int count, int clients) throws Exception {
        etcd.get(0).put(PutRequest.newBuilder().setKey(bytes(prefix + "user")).setValue(bytes("x")).build());
        // a JVM that has just started would be compared with a daemon that is warm
        creations(etcd, prefix + "warm/", prefix, 1500, clients);
        long start = System.nanoTime();
        long[] times = creations(etcd, prefix + "keys/", prefix, count, clients);
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(times);
        System.out.printf("%.0f %d%n", count / seconds, TimeUnit.NANOSECONDS.toMicros(times[count / 2]));
    }

    private static long[] creations(
            List<KVGrpc.KVBlockingStub> etcd, String keys, String prefix, int count, int clients) throws Exception {
        long[] times = new long[count];
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        AtomicInteger failed = new AtomicInteger();
        for (int client = 0; client < clients * etcd.size(); client++) {
            KVGrpc.KVBlockingStub own = etcd.get(client % etcd.size());
            Thread thread = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    long start = System.nanoTime();
                    if (!own.txn(creation(prefix, keys + i)).getSucceeded()) {
                        failed.incrementAndGet();
                    }
                    times[i] = System.nanoTime() - start;
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed.get() > 0 || next.get() < count) {
            throw new IllegalStateException("of " + count + " keys " + failed + " were there already");
        }
        return times;
    }

    private static void fill(KVGrpc.KVBlockingStub etcd, String key, int count) {
        String address = key.substring(key.lastIndexOf('/') + 1);
        String record = etcd.range(RangeRequest.newBuilder().setKey(bytes(key)).build())
                .getKvs(0)
                .getValue()
                .toStringUtf8();
        String[] part = address.split("\\.");
        long base = 0;
        for (String each : part) {
            base = base * 256 + Integer.parseInt(each);
        }
        TxnRequest.Builder batch = TxnRequest.newBuilder();
        for (int i = 1; i <= count; i++) {
            long number = base + i;
            String next =
                    (number >> 24) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
            String copy = key.substring(0, key.length() - address.length()) + next;
            batch.addSuccess(put(copy, bytes(record.replace(address, next))));
            if (batch.getSuccessCount() == BATCH || i == count) {
                etcd.txn(batch.build());
                batch = TxnRequest.newBuilder();
            }
        }
        System.out.println(count);
    }
}
