package io.patchbay.core.link;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All links as they were when somebody first wanted them: at a thousand of them a look is worth sharing. One that fails
 * is tried again. For one thread.
 */
public final class LinkList implements Supplier<List<Link>> {
    private final Links links;
    private @Nullable List<Link> seen;

    public LinkList(Links links) {
        this.links = links;
    }

    @Override
    public List<Link> get() {
        List<Link> all = seen == null ? links.list() : seen;
        seen = all;
        return all;
    }
}
