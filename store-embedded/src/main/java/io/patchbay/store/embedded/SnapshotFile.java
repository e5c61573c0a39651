package io.patchbay.store.embedded;

import io.patchbay.store.embedded.Revision.Write;
import io.patchbay.store.embedded.StoredState.Kept;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The state as of some revision: a file of what a commit log would hold had it only the entries that are still there.
 *
 * <p>The first frame says the revision and the schema. Then comes a frame for each revision that left entries, in
 * order. The last one says how many entries there were. A file that is cut, longer or changed is known by that.
 *
 * <p>It is written under another name, synced and renamed. Until the new one is on the disk the old one is untouched.
 */
final class SnapshotFile {
    static final String NAME = "state.snapshot";
    private static final int SCHEMA = 1;
    /** In place of a log segment's nonce: a frame of the one is none of the other. */
    static final long NONCE = 0x50415443534e4150L;

    private static final int BUFFER = 1 << 16;

    private SnapshotFile() {}

    /** Replaces the directory's snapshot; when this fails the earlier one is still there. */
    static void write(Path directory, StoredState.Contents contents) throws IOException {
        Path aside = directory.resolve(NAME + ".new");
        Files.deleteIfExists(aside);
        OwnerOnly.createFile(aside);
        try {
            try (FileOutputStream file = new FileOutputStream(aside.toFile());
                    OutputStream out = new BufferedOutputStream(file, BUFFER)) {
                write(contents, out);
                out.flush();
                file.getFD().sync();
            }
            Files.move(aside, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            OwnerOnly.deleteSuppressing(aside, e);
            throw e;
        }
        OwnerOnly.syncDirectory(aside);
    }

    private static void write(StoredState.Contents contents, OutputStream out) throws IOException {
        Map<Long, List<Write>> left = new TreeMap<>();
        for (Kept kept : contents.entries()) {
            Write write = new Write(kept.entry().key(), Optional.of(kept.entry().value()), kept.lease());
            left.computeIfAbsent(kept.entry().revision(), revision -> new ArrayList<>())
                    .add(write);
        }
        out.write(mark(contents.revision(), SCHEMA).encode(NONCE));
        for (Map.Entry<Long, List<Write>> revision : left.entrySet()) {
            Frame frame = Frame.of(List.of(new Revision(revision.getKey(), revision.getValue())));
            out.write(frame.encode(NONCE));
        }
        out.write(mark(contents.revision(), contents.entries().size()).encode(NONCE));
    }

    private static Frame mark(long revision, int number) {
        return new Frame(
                revision, 0, ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }

    /** Hands over what each revision left, and returns the revision the file is at. */
    static long read(Path file, Consumer<Revision> contents) throws IOException {
        ByteBuffer bytes = LogSegment.map(file);
        Frame head = next(file, bytes, 0);
        int schema = number(file, head);
        if (schema > SCHEMA) {
            throw Failures.newerSchema(file, Integer.toString(schema), SCHEMA);
        }
        int count = 0;
        long last = 0;
        int at = head.length();
        Frame frame = next(file, bytes, at);
        while (!frame.isSeal()) {
            for (Revision revision : frame.decode()) {
                count += revision.writes().size();
                contents.accept(revision);
            }
            if (frame.firstRevision() <= last) {
                throw Failures.damaged(file, "revision " + frame.firstRevision() + " follows revision " + last);
            }
            last = frame.lastRevision();
            at += frame.length();
            frame = next(file, bytes, at);
        }
        if (number(file, frame) != count || frame.firstRevision() != head.firstRevision()) {
            throw Failures.damaged(file, "it has " + count + " entries that are not those it was left with");
        }
        if (last > head.firstRevision() || at + frame.length() != bytes.limit()) {
            throw Failures.damaged(file, "it does not end where it was left to end");
        }
        return head.firstRevision();
    }

    private static Frame next(Path file, ByteBuffer bytes, int at) {
        return Frame.read(bytes, at, NONCE)
                .orElseThrow(() -> Failures.damaged(file, "what stands at byte " + at + " is not what was written"));
    }

    private static int number(Path file, Frame mark) {
        if (!mark.isSeal() || mark.payload().remaining() != Integer.BYTES) {
            throw Failures.damaged(file, "it does not begin and end as a snapshot does");
        }
        return mark.payload().getInt(0);
    }
}
