package io.patchbay.store.etcd;

import com.google.protobuf.ByteString;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Value;

/** Our part of etcd's keys. Keys are ASCII, so the order of bytes is the order of strings. */
final class Keyspace {
    private final String root;

    Keyspace(String cluster) {
        this.root = "/patchbay/v1/" + cluster + '/';
    }

    String root() {
        return root;
    }

    ByteString key(String key) {
        return ByteString.copyFromUtf8(root + key);
    }

    String name(ByteString key) {
        return key.toStringUtf8().substring(root.length());
    }

    Entry entry(io.etcd.jetcd.api.KeyValue found) {
        return new Entry(name(found.getKey()), Value.of(found.getValue().toByteArray()), found.getModRevision());
    }

    /** The first key behind all that begin with {@code prefix}. */
    ByteString endOf(String prefix) {
        String all = root + prefix;
        int last = all.length() - 1;
        // the last character is at most a tilde, so there is always one behind it
        return ByteString.copyFromUtf8(all.substring(0, last) + (char) (all.charAt(last) + 1));
    }
}
