package io.patchbay.netlink;

/**
 * Error numbers of Linux that rtnetlink and packet sockets answer with; the same on x86-64 and arm64
 * (asm-generic/errno.h).
 */
enum Errno {
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    ENXIO(6),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    ENODEV(19),
    EINVAL(22),
    ENFILE(23),
    EMFILE(24),
    ENOSPC(28),
    ERANGE(34),
    ELOOP(40),
    EPROTO(71),
    EBADMSG(74),
    EOVERFLOW(75),
    EMSGSIZE(90),
    ENOPROTOOPT(92),
    EPROTONOSUPPORT(93),
    EOPNOTSUPP(95),
    EAFNOSUPPORT(97),
    EADDRINUSE(98),
    EADDRNOTAVAIL(99),
    ENETDOWN(100),
    ENETUNREACH(101),
    ENOBUFS(105),
    ETIMEDOUT(110),
    EALREADY(114),
    ECANCELED(125);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** As a function of {@link Native} answers it. */
    int result() {
        return -number;
    }

    boolean is(int result) {
        return result == -number;
    }

    /** The name for a negative result, or the number where this table has none. */
    static String nameOf(int result) {
        for (Errno e : values()) {
            if (e.is(result)) {
                return e.name();
            }
        }
        return "errno " + -result;
    }
}
