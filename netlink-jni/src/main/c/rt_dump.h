/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_RT_DUMP_H
#define PATCHBAY_RT_DUMP_H

#include "rt_link.h"

enum rt_what { RT_LINKS = 0, RT_ADDRESSES = 1, RT_ROUTES = 2, RT_VLANS = 3, RT_FDB = 4 };

/*
 * All of them, as struct rt_link, rt_addr, rt_route, rt_vlan or rt_fdb; links and addresses also of
 * another namespace by its number here, negative for this one. A dump whose subject changed while
 * it was read is begun anew, at last -EINTR.
 */
int rt_dump(int what, int32_t netns, struct rt_sink *sink, struct rt_words *words);

#endif
