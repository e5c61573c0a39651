# shellcheck shell=bash
# Sourced by lab: names, places, errors, the lock, and processes of hosts.

LAB_PREFIX=${LAB_PREFIX:-pblab}
LAB_NET=${LAB_NET:-10.77.0}
LAB_DIR=${LAB_DIR:-/var/lib/patchbay-lab/$LAB_PREFIX}
LAB_CACHE=${LAB_CACHE:-/var/cache/patchbay-lab}
LAB_IMAGES=${LAB_IMAGES-busybox iperf3}
LAB_MAX_HOSTS=32
# shellcheck disable=SC2034
SWITCH_NS=$LAB_PREFIX-switch
# shellcheck disable=SC2034
PRINTER_NS=$LAB_PREFIX-printer
MARKER=lab.conf

die() {
	echo "lab: $*" >&2
	exit 1
}

usage_error() {
	echo "lab: $* ('lab help' lists the commands)" >&2
	exit 2
}

check_environment() {
	[[ $EUID -eq 0 ]] || die "needs root: it makes network namespaces"
	[[ $LAB_PREFIX =~ ^[a-z][a-z0-9]{0,15}$ ]] ||
		die "LAB_PREFIX is '$LAB_PREFIX'; it must be a letter and up to 15 letters or digits, all lower case"
	[[ $LAB_NET =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$ ]] ||
		die "LAB_NET is '$LAB_NET'; it must be the first three numbers of a /24, as in 10.77.0"
	local part
	for part in "${BASH_REMATCH[@]:1:3}"; do
		((10#$part <= 255)) || die "LAB_NET is '$LAB_NET'; $part is greater than 255"
	done
	[[ $LAB_DIR == /* && $LAB_DIR != *[[:space:]:,]* ]] ||
		die "LAB_DIR is '$LAB_DIR'; it must be an absolute path without blanks, colons or commas"
	[[ $LAB_DIR != /run/* && $LAB_DIR != /var/run/* ]] ||
		die "LAB_DIR is '$LAB_DIR'; it cannot be below /run, because each host has a /run of its own"
	# 107 bytes is what a unix socket's path may have; the longest one below a host is the plugin's
	((${#LAB_DIR} <= 60)) ||
		die "LAB_DIR is ${#LAB_DIR} characters long; more than 60 leaves no room for socket paths"
}

check_tools() {
	local tool
	local -a missing=()
	for tool in ip bridge nsenter unshare setpriv flock tini busybox curl; do
		command -v "$tool" >/dev/null || missing+=("$tool")
	done
	((${#missing[@]} == 0)) ||
		die "these commands are missing: ${missing[*]}" \
			"(apt-get install iproute2 util-linux tini busybox-static curl)"
}

host_dir() { echo "$LAB_DIR/h$1"; }
host_ns() { echo "$LAB_PREFIX-$1"; }
host_ip() { echo "$LAB_NET.$((10 + $1))"; }
# shellcheck disable=SC2153
host_ip6() { echo "$LAB_NET6::$((10 + $1))"; }
host_mac() { printf '02:77:00:00:00:%02x\n' "$1"; }
has_ns() { [[ -e /run/netns/$1 ]]; }

check_host_number() {
	[[ $1 =~ ^[1-9][0-9]?$ && $1 -le $LAB_MAX_HOSTS ]] ||
		usage_error "'$1' is not a host; hosts are numbered 1 to $LAB_MAX_HOSTS"
}

# Numbers of the hosts that have a folder or a namespace, whatever state they are in.
all_hosts() {
	local path
	for path in "$LAB_DIR"/h[1-9]* /run/netns/"$LAB_PREFIX"-[1-9]*; do
		[[ -e $path ]] || continue
		path=${path##*/}
		path=${path#"$LAB_PREFIX-"}
		echo "${path#h}"
	done | sort -un
}

# One lab command at a time may change which machines exist. The lock is on the lab's folder itself, so that
# nothing is left behind; a folder that was removed while we waited is made anew.
lock_lab() {
	while :; do
		if [[ -d $LAB_DIR && ! -e $LAB_DIR/$MARKER ]] && [[ -n $(ls -A "$LAB_DIR") ]]; then
			die "$LAB_DIR is not empty and not a lab; choose another LAB_DIR"
		fi
		install -d -m 0700 "$LAB_DIR" || die "cannot make the folder $LAB_DIR"
		exec {LOCK_FD}<"$LAB_DIR" || continue
		flock "$LOCK_FD"
		if [[ $LAB_DIR -ef /proc/self/fd/$LOCK_FD ]]; then return 0; fi
		exec {LOCK_FD}<&-
	done
}

# wait_until SECONDS COMMAND...: looks every 20 ms, and after a while every 100 ms. The limit is that of an ordinary
# machine; a slow or busy one is given ten times as much.
wait_until() {
	local deadline=$((${EPOCHREALTIME/[.,]/} + 10 * $1 * 1000000)) looks=0
	shift
	until "$@"; do
		((${EPOCHREALTIME/[.,]/} < deadline)) || return 1
		if ((looks++ < 10)); then sleep 0.02; else sleep 0.1; fi
	done
}

# The 22nd field of /proc/PID/stat, counted after the name, which may hold blanks: tells one user of a pid from the
# next.
start_time() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	stat=${stat##*) }
	local -a field
	read -ra field <<<"$stat"
	[[ ${field[0]} != Z && ${field[0]} != X ]] || return 1
	echo "${field[19]}"
}

# record_pid FILE PID; recorded_pid FILE prints it if that very process still lives.
record_pid() {
	local since
	since=$(start_time "$2") || return 1
	echo "$2 $since" >"$1"
}

recorded_pid() {
	local pid since
	[[ -s $1 ]] || return 1
	read -r pid since <"$1" || return 1
	[[ $(start_time "$pid") == "$since" ]] || return 1
	echo "$pid"
}

is_gone() { ! start_time "$1" >/dev/null; }

# The pid that the machine gives to the process that host's init calls $2. The file is read in one go: it changes
# while the process becomes another program, and a loop of reads would then see halves of lines.
outer_pid() {
	local init=$1 inner=$2 dir status
	for dir in /proc/[1-9]*; do
		[[ $dir/ns/pid -ef /proc/$init/ns/pid ]] || continue
		status=
		{ IFS= read -r -d '' status <"$dir/status"; } 2>/dev/null || true
		if [[ $status =~ NSpid:[^$'\n']*[[:space:]]([0-9]+)$'\n' && ${BASH_REMATCH[1]} == "$inner" ]]; then
			echo "${dir#/proc/}"
			return 0
		fi
	done
	return 1
}

host_init() {
	recorded_pid "$(host_dir "$1")/init.pid"
}

need_host() {
	check_host_number "$1"
	host_init "$1" >/dev/null || die "host $1 is not up ('lab up $1' or 'lab boot $1' starts it)"
}

# Settings of this lab, kept so that a later boot of a host is like the first. What the environment says now is
# stronger, except for the addresses: those are in use.
load_conf() {
	ENGINE=local DOCKER=1 PATCHBAY=1 ETCD=0 ETCD_TLS=0 ETCD_AUTH=0 LIVE_RESTORE=0 MTU=1500 BRNF=0
	NET='' HOME_OF_PATCHBAY=$DEFAULT_PATCHBAY_HOME ARGS_OF_DOCKERD='' ARGS_OF_PATCHBAY='' CLOCKS=''
	# shellcheck source=/dev/null
	[[ ! -s $LAB_DIR/$MARKER ]] || . "$LAB_DIR/$MARKER"
	LAB_NET=${NET:-$LAB_NET}
	PATCHBAY_HOME=${PATCHBAY_HOME:-$HOME_OF_PATCHBAY}
	LAB_DOCKERD_ARGS=${LAB_DOCKERD_ARGS-$ARGS_OF_DOCKERD}
	LAB_PATCHBAY_ARGS=${LAB_PATCHBAY_ARGS-$ARGS_OF_PATCHBAY}
	LAB_CLOCKS=${LAB_CLOCKS-$CLOCKS}
}

save_conf() {
	printf '%s=%q\n' ENGINE "$ENGINE" DOCKER "$DOCKER" PATCHBAY "$PATCHBAY" ETCD "$ETCD" \
		ETCD_TLS "$ETCD_TLS" ETCD_AUTH "$ETCD_AUTH" \
		LIVE_RESTORE "$LIVE_RESTORE" MTU "$MTU" BRNF "$BRNF" NET "$LAB_NET" HOME_OF_PATCHBAY "$PATCHBAY_HOME" \
		ARGS_OF_DOCKERD "$LAB_DOCKERD_ARGS" ARGS_OF_PATCHBAY "$LAB_PATCHBAY_ARGS" CLOCKS "$LAB_CLOCKS" \
		>"$LAB_DIR/$MARKER.new"
	mv "$LAB_DIR/$MARKER.new" "$LAB_DIR/$MARKER"
}
