# shellcheck shell=bash
# Sourced by lab: hosts. A host is a set of namespaces with tini as process 1: ending that one process ends
# everything in it at once, as a power cut would.

# in_host N COMMAND...: in all namespaces of host N, in the same folder where it has one.
in_host() {
	local n=$1 init
	shift
	init=$(host_init "$n") || die "host $n is not up"
	# shellcheck disable=SC2016
	env -u DOCKER_HOST -u DOCKER_CONTEXT "PATH=$(host_dir "$n")/bin:$PATH" \
		"PATCHBAY_CACHE=${PATCHBAY_CACHE:-$LAB_CACHE}" \
		nsenter -t "$init" -m -u -i -n -p -- \
		sh -c 'cd "$1" 2>/dev/null; shift; exec "$@"' sh "$PWD" "$@"
}

write_hosts_file() {
	local n
	{
		echo '127.0.0.1 localhost'
		echo '::1 localhost'
		echo "$LAB_NET.254 printer"
		for ((n = 1; n <= LAB_MAX_HOSTS; n++)); do echo "$(host_ip "$n") h$n"; done
	} >"$LAB_DIR/hosts"
}

# What `lab on N` finds first: the client of the host's engine, and patchbay.
write_host_bin() {
	local dir=$1
	mkdir -p "$dir/bin" "$dir/client"
	cp "$(static_busybox)" "$dir/busybox"
	[[ ! -x $PATCHBAY_HOME/bin/patchbay ]] || ln -sfn "$PATCHBAY_HOME/bin/patchbay" "$dir/bin/patchbay"
	if [[ $ENGINE == local ]]; then
		# a newer client elsewhere in the PATH refuses some options to an older engine
		[[ ! -x /usr/bin/docker ]] || ln -sfn /usr/bin/docker "$dir/bin/docker"
	else
		write_engine_clients "$dir"
	fi
}

boot_host() {
	local n=$1 dir ns unshared
	dir=$(host_dir "$n") ns=$(host_ns "$n")
	host_init "$n" >/dev/null && return 0
	clear_host "$n"
	mkdir -p "$dir"
	make_state_disk "$dir"
	write_host_bin "$dir"
	fresh_ns "$ns"
	plug "$n" "$ns"
	make_host_bridge "$n"
	set_brnf "$n"
	# Slave: what the machine unmounts goes away here as well, and nothing mounted here is seen by the machine.
	# setsid: a Ctrl-C at the terminal of the caller is not for the hosts.
	setsid nsenter --net="/run/netns/$ns" \
		unshare --mount --uts --ipc --pid --fork --kill-child --mount-proc --propagation slave \
		"$LIB/init" "$dir" "h$n" "$LAB_DIR/hosts" "$LAB_NET.254" \
		>"$dir/init.log" 2>&1 </dev/null {LOCK_FD}<&- &
	unshared=$!
	disown "$unshared"
	if ! wait_until 10 test -e "$dir/ready" -o ! -d "/proc/$unshared"; then :; fi
	if ! [[ -e $dir/ready ]]; then
		cat "$dir/init.log" >&2
		die "host $n did not come up, see above"
	fi
	record_pid "$dir/init.pid" "$(init_below "$unshared")" || die "host $n: its process 1 ended at once"
	[[ $ENGINE == local ]] || start_engine_root "$n"
}

# A disk of its own for what the daemon keeps, so small that it can be filled. It outlives the host's power.
make_state_disk() {
	[[ -n ${LAB_STATE_SIZE:-} ]] || return 0
	mkdir -p "$1/patchbay"
	mountpoint -q "$1/patchbay" || mount -t tmpfs -o "size=$LAB_STATE_SIZE" "$LAB_PREFIX" "$1/patchbay"
}

cmd_disk() {
	[[ $# == 2 && ( $2 == full || $2 == ok ) ]] || usage_error "disk takes a host and full or ok"
	local dir
	dir=$(host_dir "$1")/patchbay
	mountpoint -q "$dir" || die "host $1 has no disk of its own for the daemon; give the lab LAB_STATE_SIZE"
	rm -f "$dir/filler"
	[[ $2 == ok ]] || ! dd if=/dev/zero of="$dir/filler" bs=64k status=none 2>/dev/null ||
		die "the disk of host $1 does not get full"
}

# The child of PID that is process 1 of a pid namespace; setsid may have put a process in between.
init_below() {
	local child
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null || pgrep -P "$1"); do
		if [[ /proc/$child/ns/pid -ef /proc/$1/ns/pid ]]; then init_below "$child"; else echo "$child"; fi
		return
	done
}

# Ends every process in a network namespace of this lab; that includes process 1 of a host whose record is lost.
kill_in_ns() {
	local pid
	for pid in $(ip netns pids "$1" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
}

# Everything of a host but its disk.
clear_host() {
	local n=$1 dir ns init plugin
	dir=$(host_dir "$n") ns=$(host_ns "$n")
	if init=$(host_init "$n"); then
		kill -KILL "$init" 2>/dev/null || true
		wait_until 20 is_gone "$init" || die "process 1 of host $n ($init) does not end"
	fi
	if has_ns "$ns"; then
		kill_in_ns "$ns"
		# a veth outlives its namespace for a while, and would keep the port's name
		! has_ns "$SWITCH_NS" || ip -n "$SWITCH_NS" link del "$(port_of "$n")" 2>/dev/null || true
		ip netns del "$ns"
	fi
	clear_cgroups "$ns"
	# a managed plugin's group is not below that of the engine's containers
	for plugin in "$dir"/data/plugins/[0-9a-f]*; do clear_cgroups "${plugin##*/}"; done
	rm -rf "$dir/run" "$dir/root" "$dir/ready" "$dir"/*.pid
}

# The groups that dockerd made for the host's containers, in every hierarchy of cgroup v1 or in the one of v2.
clear_cgroups() {
	local group
	for group in /sys/fs/cgroup/"$1" /sys/fs/cgroup/*/"$1"; do
		[[ -d $group ]] || continue
		wait_until 5 remove_cgroup "$group" || echo "lab: the cgroup $group cannot be removed" >&2
	done
}

remove_cgroup() {
	find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
	[[ ! -d $1 ]]
}

cmd_crash() {
	(($# == 1)) || usage_error "crash takes one host"
	need_host "$1"
	lock_lab
	clear_host "$1"
}

cmd_boot() {
	(($# == 1)) || usage_error "boot takes one host"
	check_host_number "$1"
	[[ -d $(host_dir "$1") ]] || die "there is no host $1 in this lab ('lab up $1' makes it)"
	lock_lab
	boot_host "$1"
	start_services "$1"
}

cmd_reboot() {
	(($# == 1)) || usage_error "reboot takes one host"
	need_host "$1"
	lock_lab
	if [[ -n $(service_pid "$1" dockerd) ]]; then stop_service "$1" dockerd TERM; fi
	if [[ -n $(service_pid "$1" patchbay) ]]; then stop_service "$1" patchbay TERM; fi
	if [[ -n $(service_pid "$1" etcd) ]]; then stop_service "$1" etcd TERM; fi
	clear_host "$1"
	boot_host "$1"
	start_services "$1"
}
