package io.patchbay.store.etcd;

import java.io.Serial;

/** Why an attempt at a member did not give an answer that can be used. */
final class Failure extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Sort sort;

    /** {@code reason} is what is said about the endpoint, behind a colon. */
    Failure(Sort sort, String reason, Throwable cause) {
        super(reason, cause);
        this.sort = sort;
    }

    Sort sort() {
        return sort;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** What a failure means for what comes next. */
    enum Sort {
        /** The request did not leave this host. */
        NOT_SENT(false, true, true),
        /** The request did not leave this host, as the connection was still being made when its time was over. */
        NOT_YET(false, true, true),
        /** The request did not leave this host, and will not as long as settings and certificates are what they are. */
        UNFIT(false, true, true),
        /** It was sent, and no answer came. */
        NO_ANSWER(true, true, true),
        /** The member knows no leader and did not take the request. */
        NO_LEADER(false, true, true),
        /** The member took it and could not finish it. */
        UNFINISHED(true, true, true),
        /** Too much to do at this moment. */
        BUSY(false, true, false),
        /** The login is not, or no longer, known. */
        LOGIN(false, true, false),
        /** The user or the password is not right. */
        SHUT_OUT(false, false, false),
        /** The cluster does not let us; no other member would. */
        REFUSED(false, false, false),
        /** The cluster takes no writes; it can be read. */
        FULL(false, false, false),
        /** The request itself is wrong. */
        WRONG(false, false, false),
        /** The lease is over. */
        LEASE_GONE(false, false, false),
        /** The revision asked for is no longer kept. */
        COMPACTED(false, false, false);

        private final boolean maybeApplied;
        private final boolean passing;
        private final boolean ofMember;

        Sort(boolean maybeApplied, boolean passing, boolean ofMember) {
            this.maybeApplied = maybeApplied;
            this.passing = passing;
            this.ofMember = ofMember;
        }

        /** A write may have happened, or may happen yet. */
        boolean maybeApplied() {
            return maybeApplied;
        }

        /** Another attempt, or another member, may do better. */
        boolean passing() {
            return passing;
        }

        /** Others should be preferred to this member. */
        boolean ofMember() {
            return ofMember;
        }
    }
}
