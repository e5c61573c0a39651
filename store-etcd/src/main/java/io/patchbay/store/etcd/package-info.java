/** The store of many hosts: an etcd cluster, through jetcd's protocol classes. */
@NullMarked
package io.patchbay.store.etcd;

import org.jspecify.annotations.NullMarked;
