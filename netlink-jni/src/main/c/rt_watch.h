/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_RT_WATCH_H
#define PATCHBAY_RT_WATCH_H

#include "rt_link.h"

struct rt_watch {
	int events; /* netlink socket in RTNLGRP_LINK */
	int wake;   /* eventfd */
};

/* 0 or -errno. */
int rt_watch_open(struct rt_watch *watch);

/*
 * Waits for events and hands them on, of a bridge's port only that it forwards from now on. 0;
 * -ENOBUFS: events were lost, go on; -ECANCELED: somebody called rt_watch_wake(); other: broken.
 */
int rt_watch_next(const struct rt_watch *watch, struct rt_sink *sink);
int rt_watch_wake(const struct rt_watch *watch);
void rt_watch_close(const struct rt_watch *watch);

#endif
