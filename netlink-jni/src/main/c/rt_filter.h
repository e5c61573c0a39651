/* SPDX-License-Identifier: Apache-2.0 */
/* What does not get through a link. */
#ifndef PATCHBAY_RT_FILTER_H
#define PATCHBAY_RT_FILTER_H

#include "rt_link.h"

/* Drops router advertisements that leave through the link; again is no error. 0 or -errno. */
int rt_drop_ra(int32_t index, struct rt_words *words);

#endif
