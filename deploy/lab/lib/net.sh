# shellcheck shell=bash
# Sourced by lab: the switch, the printer, and the cables.

# A new network namespace takes some IPv4 settings from the machine it is made on. These are those of a machine
# just booted, whatever the machine below does; forwarding is off, because dockerd sets the FORWARD policy to DROP
# only when it is the one that turns forwarding on.
fresh_ns() {
	has_ns "$1" && return 0
	ip netns add "$1"
	# shellcheck disable=SC2016
	ip netns exec "$1" busybox sh -c '
		put() { [ ! -e "/proc/sys/net/$1" ] || echo "$2" >"/proc/sys/net/$1"; }
		put ipv4/ip_forward 0
		put ipv6/conf/all/forwarding 0
		put ipv6/conf/all/disable_ipv6 0
		put ipv6/conf/default/disable_ipv6 0
		for c in all default; do
			for f in rp_filter arp_ignore arp_announce arp_notify arp_filter arp_accept \
				accept_local proxy_arp route_localnet; do
				put "ipv4/conf/$c/$f" 0
			done
		done
		put ipv4/conf/default/rp_filter 2
		for f in iptables ip6tables arptables; do put "bridge/bridge-nf-call-$f" 0; done
		ip link set lo up'
}

make_switch() {
	fresh_ns "$SWITCH_NS"
	ip -n "$SWITCH_NS" link show sw0 >/dev/null 2>&1 && return 0
	# a switch has no address of its own
	# shellcheck disable=SC2016
	ip netns exec "$SWITCH_NS" busybox sh -c \
		'f=/proc/sys/net/ipv6/conf
		[ ! -d $f ] || { echo 1 >$f/all/disable_ipv6; echo 1 >$f/default/disable_ipv6; }'
	ip -n "$SWITCH_NS" link add sw0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	ip -n "$SWITCH_NS" link set sw0 address 02:77:00:00:00:ff mtu "$MTU" up
}

port_of() {
	if [[ $1 == printer ]]; then echo printer; else echo "p$1"; fi
}

# plug WHO NETNS: a cable from the switch to eth0 of that machine.
plug() {
	local port
	port=$(port_of "$1")
	if ip -n "$SWITCH_NS" link show "$port" >/dev/null 2>&1; then
		ip -n "$2" link show eth0 >/dev/null 2>&1 && return 0
		ip -n "$SWITCH_NS" link del "$port"
	fi
	unfilter "$1"
	ip -n "$SWITCH_NS" link add "$port" mtu "$MTU" type veth peer name eth0 mtu "$MTU" netns "$2"
	ip -n "$SWITCH_NS" link set "$port" master sw0 up
}

add_address6() {
	[[ -e /proc/net/if_inet6 ]] || return 0
	ip -n "$1" addr replace "$2/64" dev "$3" nodad
}

# A machine on the LAN that knows nothing of containers.
make_printer() {
	fresh_ns "$PRINTER_NS"
	plug printer "$PRINTER_NS"
	ip -n "$PRINTER_NS" link set eth0 address 02:77:00:00:00:fe up
	ip -n "$PRINTER_NS" addr replace "$LAB_NET.254/24" brd + dev eth0
	add_address6 "$PRINTER_NS" "$LAB_NET6::fe" eth0
}

# br0 with the host's NIC in it and the host's address on it. br0's MAC is fixed: it would follow the ports otherwise.
make_host_bridge() {
	local n=$1 ns
	ns=$(host_ns "$n")
	ip -n "$ns" link show br0 >/dev/null 2>&1 && return 0
	ip -n "$ns" link set eth0 address "$(host_mac "$n")" up
	ip -n "$ns" link add br0 mtu "$MTU" type bridge stp_state 0 forward_delay 0
	ip -n "$ns" link set br0 address "$(host_mac "$n")"
	ip -n "$ns" link set eth0 master br0
	ip -n "$ns" link set br0 up
	ip -n "$ns" addr add "$(host_ip "$n")/24" brd + dev br0
	add_address6 "$ns" "$(host_ip6 "$n")" br0
}

# Explicit, because a namespace starts with it on wherever br_netfilter is in the kernel. The module is never loaded
# here: that would change the machine's own bridges.
set_brnf() {
	local ns
	ns=$(host_ns "$1")
	# shellcheck disable=SC2016
	ip netns exec "$ns" busybox sh -c '
		[ -d /proc/sys/net/bridge ] || exit 0
		for f in iptables ip6tables; do echo "$1" >"/proc/sys/net/bridge/bridge-nf-call-$f"; done
		echo 0 >/proc/sys/net/bridge/bridge-nf-call-arptables' sh "$BRNF"
}

check_brnf() {
	[[ $BRNF == 0 ]] || [[ -d /proc/sys/net/bridge ]] ||
		die "--brnf needs the kernel module br_netfilter;" \
			"loading it changes the machine's own bridges, so do it yourself: modprobe br_netfilter"
}

check_who_on_wire() {
	[[ $1 == printer ]] || check_host_number "$1"
	has_ns "$SWITCH_NS" || die "no lab is up"
	ip -n "$SWITCH_NS" link show "$(port_of "$1")" >/dev/null 2>&1 || die "nothing is plugged in for $1"
}

cable_state() {
	local line
	line=$(ip -n "$SWITCH_NS" -o link show "$(port_of "$1")" 2>/dev/null) || { echo none; return; }
	if [[ $line != *' master sw0 '* ]]; then
		echo cut
	elif [[ $line != *,UP* ]]; then
		echo down
	elif has_filter "$1"; then
		filter ebtables-nft -L "$(port_of "$1")" |
			sed -nE 's/^-i .* -j DROP$/no-out/p; s/^-o .* -j DROP$/no-in/p
				s/^-p ARP .*/no-lan/p; s/.* -j DROP$/no-etcd/p' | head -n 1
	else
		echo up
	fi
}

filter() { ip netns exec "$SWITCH_NS" "$@"; }
has_filter() { filter ebtables-nft -L "$(port_of "$1")" >/dev/null 2>&1; }

unfilter() {
	local port way
	port=$(port_of "$1")
	has_filter "$1" || return 0
	for way in -i -o; do filter ebtables-nft -D FORWARD "$way" "$port" -j "$port"; done
	filter ebtables-nft -F "$port"
	filter ebtables-nft -X "$port"
}

# filter_port WHO: a chain of the port's own for what passes it either way; the rules are read from the input.
filter_port() {
	local port way rule
	port=$(port_of "$1")
	unfilter "$1"
	filter ebtables-nft -N "$port" || die "the switch cannot filter: this kernel has no nf_tables for bridges"
	while read -r rule; do
		# shellcheck disable=SC2086
		filter ebtables-nft -A "$port" $rule
	done
	for way in -i -o; do filter ebtables-nft -A FORWARD "$way" "$port" -j "$port"; done
}

# Hosts have the addresses .11 to .42, so that their ARP can be told from that of containers and the printer.
cut_part() {
	local tcp='-p IPv4 --ip-proto tcp' hosts=$LAB_NET.0/26
	command -v ebtables-nft >/dev/null || die "ebtables-nft is missing (apt-get install iptables)"
	case $2 in
	etcd) printf '%s\n' "$tcp --ip-dport $ETCD_PORTS -j DROP" "$tcp --ip-sport $ETCD_PORTS -j DROP" ;;
	lan)
		printf '%s\n' "-p ARP --arp-ip-src $hosts --arp-ip-dst $hosts -j ACCEPT" \
			"$tcp --ip-dport $ETCD_PORTS -j ACCEPT" "$tcp --ip-sport $ETCD_PORTS -j ACCEPT" '-j DROP'
		;;
	in) echo "-o $(port_of "$1") -j DROP" ;;
	out) echo "-i $(port_of "$1") -j DROP" ;;
	esac | filter_port "$1"
}

cmd_cut() {
	[[ $# == 1 || ( $# == 2 && $2 =~ ^(etcd|lan|in|out)$ ) ]] ||
		usage_error "cut takes one machine (1, 2, ... or printer)," \
			"and etcd or lan when only that is to be out of reach, in or out when only one way is to fail"
	[[ $* != 'printer '* ]] ||
		usage_error "the printer has nothing to do with etcd; only its whole cable can be cut"
	check_who_on_wire "$1"
	if (($# == 2)); then
		cut_part "$1" "$2"
	else
		ip -n "$SWITCH_NS" link set "$(port_of "$1")" nomaster
	fi
}

cmd_mend() {
	(($# == 1)) || usage_error "mend takes one machine: 1, 2, ... or printer"
	check_who_on_wire "$1"
	unfilter "$1"
	ip -n "$SWITCH_NS" link set "$(port_of "$1")" master sw0 up
}

cmd_port() {
	[[ $# == 2 && ( $2 == up || $2 == down ) ]] || usage_error "port takes a machine and up or down"
	check_who_on_wire "$1"
	ip -n "$SWITCH_NS" link set "$(port_of "$1")" "$2"
}

# What the switch has learned: MAC and the machine behind that port.
cmd_fdb() {
	(($# == 0)) || usage_error "fdb takes no argument"
	has_ns "$SWITCH_NS" || die "no lab is up"
	local mac dev port rest
	bridge -n "$SWITCH_NS" fdb show br sw0 | while read -r mac dev port rest; do
		[[ $dev == dev && $rest == *'master sw0'* && $rest != *permanent* ]] || continue
		if [[ $port == printer ]]; then echo "$mac printer"; else echo "$mac ${port#p}"; fi
	done | sort
}

# Words of iptables for what goes between host N and etcd's members, on the host itself.
etcd_line() {
	local n=$1 verb=$2 way port
	shift 2
	for way in INPUT OUTPUT; do
		for port in --sport --dport; do
			ip netns exec "$(host_ns "$n")" iptables -w "$verb" "$way" -p tcp "$port" "$ETCD_PORTS" "$@"
		done
	done
}

# What the daemon asks etcd takes its way through a program that holds everything back for half that time each way.
# Connections that are there are reset, or they would go on as before.
DELAY_PORT=12379
DELAYED=(-p tcp --dport 2379 -m mark ! --mark "$DELAY_PORT")
LOSSY=(-m statistic --mode random --probability 0.05)

delay_line() {
	local n=$1 pid
	ip netns exec "$(host_ns "$n")" perl "$LIB/delay" "$DELAY_PORT" "$2" >"$(host_dir "$n")/delay.log" 2>&1 \
		</dev/null {LOCK_FD}<&- &
	pid=$!
	record_pid "$(host_dir "$n")/delay.pid" "$pid" || die "what delays etcd on host $n has ended at once"
	wait_until 10 grep -qs ready "$(host_dir "$n")/delay.log" || die "what delays etcd on host $n does not listen"
	ip netns exec "$(host_ns "$n")" iptables -w -t nat -I OUTPUT "${DELAYED[@]}" \
		-j REDIRECT --to-ports "$DELAY_PORT"
	ip netns exec "$(host_ns "$n")" iptables -w -I OUTPUT "${DELAYED[@]}" -j REJECT --reject-with tcp-reset
}

# After a power cut there is nothing of it any more.
clear_line() {
	local n=$1 pid
	{
		etcd_line "$n" -D "${LOSSY[@]}" -j DROP
		ip netns exec "$(host_ns "$n")" iptables -w -t nat -D OUTPUT "${DELAYED[@]}" \
			-j REDIRECT --to-ports "$DELAY_PORT"
		ip netns exec "$(host_ns "$n")" iptables -w -D OUTPUT "${DELAYED[@]}" -j REJECT --reject-with tcp-reset
	} 2>/dev/null || true
	if pid=$(recorded_pid "$(host_dir "$n")/delay.pid"); then kill "$pid"; fi
	rm -f "$(host_dir "$n")/delay.pid"
}

# The way between host N's programs and etcd.
cmd_line() {
	[[ $# == 2 && $2 =~ ^(ok|loses|delays)$ ]] ||
		usage_error "line takes a host and ok, loses (5 % of what goes to and from etcd)" \
			"or delays (each answer by 200 ms)"
	need_host "$1"
	clear_line "$1"
	case $2 in
	loses) etcd_line "$1" -I "${LOSSY[@]}" -j DROP ;;
	delays) delay_line "$1" 100 ;;
	esac
}
