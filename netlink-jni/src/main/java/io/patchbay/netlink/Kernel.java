package io.patchbay.netlink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Link;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** One call of {@link Native} each: buffers in, records or an exception with the kernel's words out. */
final class Kernel {
    private static final int FIRST_DUMP_BYTES = 64 << 10;
    private static final int LAST_DUMP_BYTES = 64 << 20;
    private static final int WORDS_BYTES = 256;

    private Kernel() {}

    /** A call that answers a count of bytes in {@code out}, or {@code -errno} and words. */
    interface Answering {
        int call(byte[] out, byte[] words);
    }

    /** A call that answers 0 or a number, or {@code -errno} and words. */
    interface Acting {
        int call(byte[] words);
    }

    /** The links among those names that exist, in the order of the names. */
    static List<Link> find(List<String> names) {
        byte[] request = strings(names);
        byte[] out = new byte[names.size() * LinkReader.MAX_BYTES];
        return LinkReader.links(
                answer("find link " + String.join(", ", names), out, (o, w) -> Native.find(request, o, w)));
    }

    /** Everything of one sort, however much it is. */
    static ByteBuffer dump(String verb, int what) {
        return dump(verb, what, Native.HERE);
    }

    /** The same of a namespace that has that number here. */
    static ByteBuffer dump(String verb, int what, int netns) {
        int size = FIRST_DUMP_BYTES;
        while (true) {
            byte[] out = new byte[size];
            byte[] words = new byte[WORDS_BYTES];
            int result = Native.dump(what, netns, out, words);
            if (result >= 0) {
                return records(out, result);
            }
            if (!Errno.ENOSPC.is(result) || size >= LAST_DUMP_BYTES) {
                throw failure(verb, result, words);
            }
            size *= 4;
        }
    }

    static ByteBuffer answer(String verb, byte[] out, Answering call) {
        byte[] words = new byte[WORDS_BYTES];
        int result = call.call(out, words);
        if (result < 0) {
            throw failure(verb, result, words);
        }
        return records(out, result);
    }

    static void act(String verb, Acting call) {
        int unused = number(verb, call);
    }

    /** What a call answers that did not fail. */
    static int number(String verb, Acting call) {
        byte[] words = new byte[WORDS_BYTES];
        int result = call.call(words);
        if (result < 0) {
            throw failure(verb, result, words);
        }
        return result;
    }

    static ByteBuffer records(byte[] out, int length) {
        return ByteBuffer.wrap(out, 0, length).order(ByteOrder.nativeOrder());
    }

    private static PatchbayException failure(String verb, int result, byte[] words) {
        StringBuilder message =
                new StringBuilder("cannot ").append(verb).append(": ").append(Errno.nameOf(result));
        if (Errno.EPERM.is(result)) {
            message.append(" (it needs CAP_NET_ADMIN)");
        }
        if (Errno.ENOPROTOOPT.is(result)) {
            /* NETLINK_GET_STRICT_CHK is of 4.20; RTM_GETNEIGH for one entry of a bridge came with 5.0. */
            message.append(" (the kernel is older than 5.0, the least that Patchbay works on)");
        }
        if (Errno.EINTR.is(result)) {
            message.append(" (it changed each time it was read)");
        }
        String said = text(ByteBuffer.wrap(words), 0, words.length);
        if (!said.isEmpty()) {
            message.append(", the kernel says: ").append(said);
        }
        return new PatchbayException(Errno.EEXIST.is(result) ? Kind.CONFLICT : Kind.KERNEL, message.toString());
    }

    /** Text up to its zero. */
    static String text(ByteBuffer from, int at, int limit) {
        int end = at;
        while (end < at + limit && from.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - at];
        from.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Strings one after the other, each closed by a zero. */
    static byte[] strings(Collection<String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }
}
