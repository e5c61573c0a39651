/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_DHCP_ASK_H
#define PATCHBAY_DHCP_ASK_H

#include "dhcp.h"

#define OFFER_LIMIT 8

/*
 * Sends one DHCPDISCOVER out of the bridge and hears what is offered within that time, or within a
 * second of the first offer. How many, the first OFFER_LIMIT, or -errno.
 */
int dhcp_ask(int32_t bridge, const uint8_t mac[6], int32_t timeout_ms,
	     struct dhcp_offer offers[OFFER_LIMIT]);

#endif
