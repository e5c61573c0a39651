# shellcheck shell=bash
# Sourced. machine_state: what a test must not change of the machine it runs on, a fact a line. Taken before and after,
# it is the same.

machine_state() {
	machine_network
	machine_files
	machine_processes
}

# The network namespace of the machine, its firewall and what belongs to the kernel as a whole.
machine_network() {
	ip -o link show | sed -E 's/^[0-9]+: ([^:]*): .*(link\/.*)/link \1 \2/'
	ip -o addr show | awk '{ print "address", $2, $4 }'
	ip route show table all | sed 's/^/route /; s/ *$//'
	{ nft list ruleset 2>/dev/null || iptables-save 2>/dev/null || true; } |
		sed -E 's/packets [0-9]+ bytes [0-9]+//; /^#/d; s/^/rule /'
	local file
	for file in /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding \
		/proc/sys/net/ipv4/conf/{all,default}/{rp_filter,arp_ignore,arp_announce} \
		/proc/sys/net/bridge/bridge-nf-call-*; do
		[[ ! -e $file ]] || echo "setting $file $(<"$file")"
	done
	awk '{ print "module", $1 }' /proc/modules 2>/dev/null || true
	ip netns list | awk '{ print "namespace", $1 }'
}

# Settings and programs, folders where packages and daemons keep things, mounts, and the groups right below the root of
# each hierarchy of cgroups (those below them come and go with a systemd's units).
machine_files() {
	find /etc /opt /usr/local /usr/lib/systemd/system /lib/systemd/system -xdev ! -type d \
		-printf 'file %p %s %TY-%Tm-%Td %TT %l\n' 2>/dev/null
	find /etc /opt /usr/local /var/lib /var/cache /run /mnt /srv -xdev -maxdepth 1 \
		-printf 'there is %p\n' 2>/dev/null
	find /tmp /var/tmp -xdev -maxdepth 1 \
		\( -name 'patchbay*' -o -name '[a-z][a-z].??????' -o -name 'systemd-private*' \) -printf 'there is %p\n'
	awk '{ print "mount", $5 }' /proc/self/mountinfo
	local -a roots=(/sys/fs/cgroup)
	[[ -e /sys/fs/cgroup/cgroup.procs ]] || roots=(/sys/fs/cgroup/*)
	find "${roots[@]}" -mindepth 1 -maxdepth 1 -type d -printf 'group %p\n' 2>/dev/null
}

# Those in network or pid namespaces of their own, and daemons of ours.
machine_processes() {
	local dir net pid name
	net=$(readlink /proc/self/ns/net) pid=$(readlink /proc/self/ns/pid)
	for dir in /proc/[1-9]*; do
		name=$(readlink "$dir/exe" 2>/dev/null) || continue
		if [[ $(readlink "$dir/ns/net") != "$net" || $(readlink "$dir/ns/pid") != "$pid" ||
			$name == */dockerd || $name == */containerd* || $name == */etcd || $name == */tcpdump ]]; then
			echo "process ${dir#/proc/} $name"
		fi
	done
}
