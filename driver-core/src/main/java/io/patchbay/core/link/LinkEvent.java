package io.patchbay.core.link;

/** Something changed among the links. */
public sealed interface LinkEvent {
    /** A link is new or has changed (RTM_NEWLINK). */
    record Changed(Link link) implements LinkEvent {}

    /** A link is gone from this namespace (RTM_DELLINK), also because it moved to another one. */
    record Gone(int index, String name) implements LinkEvent {}

    /** Events were lost. */
    record Lost() implements LinkEvent {}
}
