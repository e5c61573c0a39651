package io.patchbay.store.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.OptionsUtil;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Our part of etcd's keys; clients put its root before each. Keys are ASCII, so the order of bytes is the order of
 * strings.
 */
record Keyspace(String cluster) {
    ByteSequence root() {
        return key("/patchbay/v1/" + cluster + '/');
    }

    static ByteSequence key(String key) {
        return ByteSequence.from(key, StandardCharsets.US_ASCII);
    }

    static Entry entry(KeyValue found) {
        return new Entry(found.getKey().toString(), value(found), found.getModRevision());
    }

    static Value value(KeyValue found) {
        return Value.found(found.getValue().getBytes());
    }

    /** The next key behind the one found, byte by byte: others may have written one that is no text. */
    static ByteSequence behind(KeyValue found) {
        byte[] key = found.getKey().getBytes();
        return ByteSequence.from(Arrays.copyOf(key, key.length + 1));
    }

    /** The first key behind all that begin with {@code prefix}. */
    static ByteSequence endOf(String prefix) {
        return OptionsUtil.prefixEndOf(key(prefix));
    }
}
