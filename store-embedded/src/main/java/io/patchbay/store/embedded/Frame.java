package io.patchbay.store.embedded;

import io.patchbay.core.store.Value;
import io.patchbay.store.embedded.Revision.Write;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A unit of the commit log: transactions that were written and synced together, with a checksum over all of it.
 *
 * <p>Layout: magic (4 bytes), payload length (4), first revision (8), number of transactions (4), CRC-32C of the
 * segment's nonce and everything but the magic (4), payload, zeros up to a multiple of 8. A frame without transactions
 * is a seal: it says that what is before it was acknowledged.
 */
record Frame(long firstRevision, int transactions, ByteBuffer payload) {
    static final int HEADER_BYTES = 24;
    static final int ALIGNMENT = 8;
    static final int MAGIC = 0x50424652;
    private static final int PUT = 1;
    private static final int DELETE = 2;

    static Frame of(List<Revision> revisions) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Revision revision : revisions) {
                out.writeInt(revision.writes().size());
                for (Write write : revision.writes()) {
                    encode(write, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Frame(revisions.get(0).number(), revisions.size(), ByteBuffer.wrap(bytes.toByteArray()));
    }

    static Frame seal(long revision) {
        return new Frame(revision, 0, ByteBuffer.allocate(0));
    }

    private static void encode(Write write, DataOutputStream out) throws IOException {
        byte[] key = write.key().getBytes(StandardCharsets.US_ASCII);
        out.writeByte(write.value().isPresent() ? PUT : DELETE);
        out.writeShort(key.length);
        out.write(key);
        if (write.value().isPresent()) {
            byte[] value = write.value().get().bytes();
            out.writeLong(write.lease());
            out.writeInt(value.length);
            out.write(value);
        }
    }

    boolean isSeal() {
        return transactions == 0;
    }

    /** The revision after which the next frame goes on. */
    long lastRevision() {
        return isSeal() ? firstRevision : firstRevision + transactions - 1;
    }

    /** Bytes in the file, padding included. */
    int length() {
        return paddedLength(payload.remaining());
    }

    private static int paddedLength(int payloadLength) {
        return (HEADER_BYTES + payloadLength + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    byte[] encode(long nonce) {
        ByteBuffer out = ByteBuffer.allocate(length());
        out.putInt(MAGIC).putInt(payload.remaining()).putLong(firstRevision).putInt(transactions);
        out.putInt(checksum(nonce)).put(payload.duplicate());
        return out.array();
    }

    private int checksum(long nonce) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(24)
                .putLong(nonce)
                .putInt(payload.remaining())
                .putLong(firstRevision)
                .putInt(transactions)
                .flip());
        crc.update(payload.duplicate());
        return crc.getValue() == 0 ? 1 : (int) crc.getValue();
    }

    /** The frame at this position, if there is a whole and undamaged one of this segment. */
    static Optional<Frame> read(ByteBuffer segment, int position, long nonce) {
        if (segment.limit() - position < HEADER_BYTES || segment.getInt(position) != MAGIC) {
            return Optional.empty();
        }
        int payloadLength = segment.getInt(position + 4);
        if (payloadLength < 0 || payloadLength > segment.limit() - position - HEADER_BYTES) {
            return Optional.empty();
        }
        Frame frame = new Frame(
                segment.getLong(position + 8),
                segment.getInt(position + 16),
                segment.slice(position + HEADER_BYTES, payloadLength));
        boolean whole = frame.transactions >= 0 && frame.checksum(nonce) == segment.getInt(position + 20);
        return whole ? Optional.of(frame) : Optional.empty();
    }

    List<Revision> decode() {
        ByteBuffer in = payload.duplicate();
        List<Revision> revisions = new ArrayList<>(transactions);
        for (int i = 0; i < transactions; i++) {
            int count = in.getInt();
            List<Write> writes = new ArrayList<>(count);
            for (int j = 0; j < count; j++) {
                writes.add(decodeWrite(in));
            }
            revisions.add(new Revision(firstRevision + i, writes));
        }
        return revisions;
    }

    private static Write decodeWrite(ByteBuffer in) {
        int type = in.get();
        byte[] key = new byte[in.getShort()];
        in.get(key);
        String name = new String(key, StandardCharsets.US_ASCII);
        if (type == DELETE) {
            return new Write(name, Optional.empty(), Write.NO_LEASE);
        }
        long lease = in.getLong();
        byte[] value = new byte[in.getInt()];
        in.get(value);
        return new Write(name, Optional.of(Value.of(value)), lease);
    }
}
