/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_RT_DUMP_H
#define PATCHBAY_RT_DUMP_H

#include "rt_link.h"

enum rt_what { RT_LINKS = 0, RT_ADDRESSES = 1, RT_ROUTES = 2, RT_VLANS = 3 };

/*
 * All of them, as struct rt_link, rt_addr, rt_route or rt_vlan. A dump whose subject changed while
 * it was read is begun anew, at last -EINTR.
 */
int rt_dump(int what, struct rt_sink *sink, struct rt_words *words);

#endif
