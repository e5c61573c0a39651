package io.patchbay.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One state in a file of H2's MVStore in format 3, for reading: maps of ASCII text to bytes, not compressed.
 *
 * <p>A commit is a <i>chunk</i>, some blocks of 4 KiB: a line of attributes, pages, and a line at the very end that
 * repeats id and version. A <i>page</i> is a node of a tree: length, check value, number, map, how many keys, type;
 * then a leaf's keys and values, or the positions of an inner node's children. A <i>position</i> says the chunk, the
 * offset in it, and more that is not needed here. The attribute {@code root} is the position of the layout, map 0. It
 * says in which block each older chunk is, where the root of each map is, and which map has the names of the others.
 */
final class MvStoreFile {
    private static final int BLOCK = 4096;
    private static final int FIRST_BLOCK = 2;
    private static final int LONGEST_LINE = 1024;
    private static final int FOOTER = 128;
    private static final int PAGE_START = 6;
    private static final int INNER = 1;
    private static final int COMPRESSED = 2;
    private static final int DEEPEST = 64;
    private static final int HEX = 16;
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-zA-Z]+):([0-9a-f]{1,16})(?=[, \n]|$)");

    private final ByteBuffer file;
    private final Chunk chunk;
    private final Map<Integer, Chunk> chunks;
    private final SortedMap<String, byte[]> layout = new TreeMap<>();

    private MvStoreFile(ByteBuffer file, Chunk chunk, Map<Integer, Chunk> chunks) {
        this.file = file;
        this.chunk = chunk;
        this.chunks = chunks;
    }

    private record Chunk(int id, int block, long version, long root) {}

    /** The states that seem to be whole; that one was overwritten in part shows when its maps are read. */
    static List<MvStoreFile> newestFirst(ByteBuffer file) {
        List<Chunk> found = new ArrayList<>();
        for (int block = FIRST_BLOCK; block < file.limit() / BLOCK; block++) {
            chunkAt(file, block).ifPresent(found::add);
        }
        found.sort(Comparator.comparing(Chunk::version).reversed().thenComparing(Chunk::block));
        Map<Integer, Chunk> byId = new HashMap<>();
        found.forEach(chunk -> byId.putIfAbsent(chunk.id, chunk));
        return found.stream().map(chunk -> new MvStoreFile(file, chunk, byId)).toList();
    }

    private static Optional<Chunk> chunkAt(ByteBuffer file, int block) {
        Map<String, Long> head = attributes(text(file, block * BLOCK, LONGEST_LINE));
        long blocks = head.getOrDefault("len", 0L);
        if (blocks < 1 || blocks > file.limit() / BLOCK - block || !head.containsKey("root")) {
            return Optional.empty();
        }
        Map<String, Long> foot = attributes(text(file, (int) (block + blocks) * BLOCK - FOOTER, FOOTER));
        if (foot.isEmpty() || !head.entrySet().containsAll(foot.entrySet())) {
            return Optional.empty();
        }
        int id = head.getOrDefault("chunk", 0L).intValue();
        return Optional.of(new Chunk(id, block, head.getOrDefault("version", 0L), head.getOrDefault("root", 0L)));
    }

    /** The numbers of a chunk's line, empty if this is none; its checksum is left out, each entry has its own. */
    private static Map<String, Long> attributes(String text) {
        Map<String, Long> attributes = new HashMap<>();
        if (text.startsWith("chunk:")) {
            Matcher matcher = ATTRIBUTE.matcher(text.lines().findFirst().orElse(""));
            while (matcher.find()) {
                attributes.put(matcher.group(1), Long.parseUnsignedLong(matcher.group(2), HEX));
            }
            attributes.remove("fletcher");
        }
        return attributes;
    }

    /** The map of this name; fails with some {@code RuntimeException} when that cannot be read. */
    SortedMap<String, byte[]> map(String name) {
        if (layout.isEmpty()) {
            collect(chunk.root, 0, 0, layout);
        }
        Map<String, byte[]> names = map((int) number(layout, "meta.id"));
        return map((int) number(names, "name." + name));
    }

    private SortedMap<String, byte[]> map(int id) {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        collect(number(layout, "root." + Integer.toHexString(id)), id, 0, entries);
        return entries;
    }

    private void collect(long position, int map, int depth, SortedMap<String, byte[]> entries) {
        if (position == 0) {
            return;
        }
        ByteBuffer page = page(position);
        readNumber(page);
        int owner = readNumber(page);
        int keys = readNumber(page);
        int type = page.get();
        if (owner != map || (type & COMPRESSED) != 0 || depth > DEEPEST) {
            throw new IllegalStateException("page " + position + " is none of map " + map);
        }
        if ((type & INNER) != 0) {
            for (int child = 0; child <= keys; child++) {
                collect(page.getLong(), map, depth + 1, entries);
            }
            return;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            names.add(new String(readBytes(page), StandardCharsets.US_ASCII));
        }
        for (String name : names) {
            if (!entries.isEmpty() && entries.lastKey().compareTo(name) >= 0) {
                throw new IllegalStateException("key \"" + name + "\" is out of order");
            }
            entries.put(name, readBytes(page));
        }
    }

    private ByteBuffer page(long position) {
        int id = (int) (position >>> 38);
        int offset = (int) (position >>> 6);
        int at = Math.addExact(Math.multiplyExact(blockOf(id), BLOCK), offset);
        int length = file.getInt(at);
        if (file.getShort(at + Integer.BYTES) != (short) (folded(id) ^ folded(offset) ^ folded(length))) {
            throw new IllegalStateException("page " + position + " has a wrong check value");
        }
        return file.slice(at + PAGE_START, length - PAGE_START);
    }

    private static int folded(int number) {
        return number >> 16 ^ number;
    }

    /** What the layout says; it cannot yet say it of the chunks that have the layout itself. */
    private int blockOf(int id) {
        byte[] line = layout.get("chunk." + Integer.toHexString(id));
        if (id == chunk.id || line == null) {
            return (id == chunk.id ? chunk : chunks.getOrDefault(id, chunk)).block;
        }
        return attributes(new String(line, StandardCharsets.US_ASCII))
                .getOrDefault("block", 0L)
                .intValue();
    }

    /** A hexadecimal value; an empty map has no root, which is position 0. */
    private static long number(Map<String, byte[]> map, String key) {
        byte[] digits = map.getOrDefault(key, new byte[] {'0'});
        return Long.parseUnsignedLong(new String(digits, StandardCharsets.US_ASCII), HEX);
    }

    private static String text(ByteBuffer file, int at, int length) {
        byte[] bytes = new byte[length];
        file.get(at, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] readBytes(ByteBuffer page) {
        int length = readNumber(page);
        if (length > page.remaining()) {
            throw new IllegalStateException("a text of " + length + " bytes in " + page.remaining());
        }
        byte[] bytes = new byte[length];
        page.get(bytes);
        return bytes;
    }

    /** Seven bits in each byte, the lowest first. */
    private static int readNumber(ByteBuffer page) {
        int number = 0;
        int shift = 0;
        byte next;
        do {
            next = page.get();
            number |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return number;
    }
}
