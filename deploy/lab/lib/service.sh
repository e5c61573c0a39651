# shellcheck shell=bash
# Sourced by lab: dockerd, patchbay and etcd on a host. Each is a child of the host's process 1, its pid (as the
# machine counts) is in hN/NAME.pid and its output in hN/NAME.log.

service_pid() {
	recorded_pid "$(host_dir "$1")/$2.pid" || true
}

# spawn N NAME COMMAND...: detached. Without CAP_SYS_MODULE: an engine on a host would otherwise load br_netfilter,
# and that is switched on for the machine's own bridges too.
# Engines and etcd, in Go, and what they start collect garbage seldom: for each container dockerd starts itself a few
# times anew, each time with three rounds of it for nothing.
spawn() {
	local n=$1 name=$2 dir init mnt inner pid
	shift 2
	dir=$(host_dir "$n")
	init=$(host_init "$n") || die "host $n is not up"
	mnt=/proc/$init/ns/mnt
	if [[ $ENGINE != local && $name != patchbay ]]; then mnt=/proc/$(recorded_pid "$dir/root.pid")/ns/mnt; fi
	# shellcheck disable=SC2016
	inner=$(env -u DOCKER_HOST -u DOCKER_CONTEXT -u NOTIFY_SOCKET -u LISTEN_FDS -u LISTEN_PID \
		"PATCHBAY_CACHE=${PATCHBAY_CACHE:-$LAB_CACHE}" "GOGC=${GOGC:-400}" \
		setpriv --bounding-set=-sys_module --inh-caps=-sys_module -- \
		nsenter -t "$init" -u -i -n -p --mount="$mnt" -- "$dir/busybox" sh -c '
			b=$1 log=$2; shift 2; cd /
			"$b" setsid "$@" >>"$log" 2>&1 </dev/null &
			echo $!' sh "$dir/busybox" "$dir/$name.log" "$@" {LOCK_FD}<&-) || return 1
	if ! pid=$(outer_pid "$init" "$inner") || ! record_pid "$dir/$name.pid" "$pid"; then
		tail -n 20 "$dir/$name.log" >&2
		die "$name on host $n ended at once (its log is above)"
	fi
}

dockerd_answers() {
	[[ $(curl -s --max-time 8 --unix-socket "$1/run/docker.sock" http://docker/_ping 2>/dev/null) == OK ]]
}

patchbay_answers() {
	[[ -S $1/run/docker/plugins/patchbay.sock ]] &&
		curl -sf --max-time 8 -o /dev/null -X POST --unix-socket "$1/run/docker/plugins/patchbay.sock" \
			http://plugin/Plugin.Activate
}

answers_or_ended() {
	"$2_answers" "$(host_dir "$1")" || [[ -z $(service_pid "$1" "$2") ]]
}

await_service() {
	local n=$1 name=$2 limit=$3
	if wait_until "$limit" answers_or_ended "$n" "$name" && [[ -n $(service_pid "$n" "$name") ]]; then return 0; fi
	tail -n 20 "$(host_dir "$n")/$name.log" >&2
	if [[ -z $(service_pid "$n" "$name") ]]; then
		die "$name on host $n ended while it started (its log is above)"
	fi
	die "$name on host $n does not answer in time (its log is above)"
}

launch_dockerd() {
	local n=$1 dir
	shift
	dir=$(host_dir "$n")
	local -a args=(--data-root "$dir/data" -H unix:///run/docker.sock --cgroup-parent "/$(host_ns "$n")"
		--exec-opt native.cgroupdriver=cgroupfs --dns "$LAB_NET.254" --storage-driver "$(<"$LAB_DIR/storage")")
	[[ $LIVE_RESTORE == 0 ]] || args+=(--live-restore)
	# A pid left in these files by an engine that was killed is soon another process's.
	rm -f "$dir/run/docker.pid" "$dir/run/docker/containerd/containerd.pid" "$dir/run/docker.sock"
	if [[ -n ${LAB_PLUGINS:-} && ! -e $dir/data/plugins ]]; then
		copy_plugins "$dir/data" || die "host $n does not get the plugins in $LAB_PLUGINS"
	fi
	local -a more=()
	read -ra more <<<"${LAB_DOCKERD_ARGS:-}"
	spawn "$n" dockerd dockerd "${args[@]}" "${more[@]}" "$@"
	ln -sfn run/docker.sock "$dir/docker.sock"
}

# Each copy of a plugin has an id of its own, for its group of processes is the machine's.
copy_plugins() {
	local data=$1 plugin old new
	mkdir -p "$data"
	cp -a "$LAB_PLUGINS" "$data/plugins.new" || return 1
	for plugin in "$data"/plugins.new/[0-9a-f]*; do
		old=${plugin##*/}
		new=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
		sed -i "s/$old/$new/g" "$plugin/config.json" && mv "$plugin" "${plugin%/*}/$new" || return 1
	done
	mv "$data/plugins.new" "$data/plugins"
}

# overlay2 wherever an overlay can be mounted on the lab's disk (not on top of another overlay), else plain copies.
# Found once, before hosts start side by side: an engine does not see the containers it made with another driver.
find_storage_driver() {
	local probe=$LAB_DIR/.probe driver=vfs
	[[ ! -s $LAB_DIR/storage ]] || return 0
	mkdir -p "$probe"/{lower,upper,work,merged}
	if unshare --mount --propagation private mount -t overlay overlay \
		-o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/merged" 2>/dev/null; then
		driver=overlay2
	fi
	rm -rf "$probe"
	echo "$driver" >"$LAB_DIR/storage"
}

launch_patchbay() {
	local n=$1 dir store
	shift
	dir=$(host_dir "$n") store="embedded:$dir/patchbay"
	[[ -x $PATCHBAY_HOME/bin/patchbay ]] ||
		die "there is no $PATCHBAY_HOME/bin/patchbay; build it with 'mvn -DskipTests package'" \
			"or point PATCHBAY_HOME at a distribution"
	local -a clock=() etcd=() more=()
	if ((ETCD)); then
		store="etcd:$(etcd_endpoints)"
		mapfile -t etcd < <(etcd_client_settings)
		etcd+=(--state-dir "$dir/patchbay")
	fi
	mapfile -t clock < <(clock_of "$n")
	mkdir -p "$dir/patchbay" "$dir/run/docker/plugins" "$dir/run/patchbay"
	read -ra more <<<"${LAB_PATCHBAY_ARGS:-}"
	local -a usual=(--socket /run/docker/plugins/patchbay.sock --control-socket /run/patchbay/patchbay.sock
		--store "$store" --host "h$n" --http 127.0.0.1:9877 --bridge br0 --log-level info) kept=()
	local i
	# what is given takes the place of what it usually is
	for ((i = 0; i < ${#usual[@]}; i += 2)); do
		[[ " $* " == *" ${usual[i]} "* ]] || kept+=("${usual[@]:i:2}")
	done
	spawn "$n" patchbay "${clock[@]}" "$PATCHBAY_HOME/bin/patchbay" serve \
		"${kept[@]}" "${etcd[@]}" "${more[@]}" "$@"
}

# The words that make a program of host N believe in another time of day.
clock_of() {
	local each
	for each in ${LAB_CLOCKS:-}; do
		[[ $each == "$1="?* ]] || continue
		[[ -e $(host_dir "$1")/clock ]] || set_clock "$1" "${each#*=}"
		printf '%s\n' env "LD_PRELOAD=$LAB_DIR/clock.so" "LAB_CLOCK=$(host_dir "$1")/clock"
	done
}

# set_clock N SECONDS: in place, for the daemon that runs has the file mapped.
set_clock() {
	perl -e 'print pack "q", shift' -- "$2" | dd of="$(host_dir "$1")/clock" conv=notrunc status=none
}

cmd_clock() {
	[[ $# == 2 && $2 =~ ^[+-][0-9]+$ ]] || usage_error "clock takes a host and seconds, as in +3600"
	need_host "$1"
	[[ -e $(host_dir "$1")/clock ]] || die "the daemon of host $1 has the machine's clock; name it in LAB_CLOCKS"
	set_clock "$1" "$2"
}

make_clock() {
	local each
	[[ -n $LAB_CLOCKS ]] || return 0
	for each in $LAB_CLOCKS; do
		[[ $each =~ ^[1-9][0-9]?=[+-][0-9]+$ ]] ||
			die "LAB_CLOCKS is '$LAB_CLOCKS'; it must be hosts" \
				"and the seconds that their clocks are wrong by, as in '2=+10800 3=-18000'"
	done
	command -v gcc >/dev/null || die "LAB_CLOCKS needs a C compiler (apt-get install gcc libc6-dev)"
	gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$LAB_DIR/clock.so" "$LIB/clock.c" ||
		die "$LIB/clock.c cannot be compiled"
}

# start_service N NAME [--no-wait] [ARGUMENTS...]
start_service() {
	local n=$1 name=$2 wait=1
	shift 2
	if [[ ${1:-} == --no-wait ]]; then wait=; shift; fi
	if [[ -z $(service_pid "$n" "$name") ]]; then "launch_$name" "$n" "$@"; fi
	[[ -n $wait ]] || return 0
	case $name in
	dockerd) await_service "$n" dockerd 120 ;;
	patchbay) await_service "$n" patchbay 20 ;;
	etcd) await_service "$n" etcd 10 ;;
	esac
}

# stop_service N NAME SIGNAL: returns when the process has ended.
stop_service() {
	local n=$1 name=$2 signal=$3 pid dir child
	dir=$(host_dir "$n")
	pid=$(service_pid "$n" "$name")
	if [[ -z $pid ]]; then
		echo "lab: $name is not running on host $n" >&2
		return 0
	fi
	kill -"$signal" "$pid" || return 1
	case ${signal#SIG} in STOP | CONT | HUP | USR1 | USR2) return 0 ;; esac
	wait_until 60 is_gone "$pid" || die "$name on host $n (process $pid) has not ended in time after $signal"
	rm -f "$dir/$name.pid"
	[[ $name == dockerd ]] || return 0
	# the containerd that an engine starts must be gone before the next engine starts its own
	for child in $(host_processes "$n" containerd); do
		wait_until 5 is_gone "$child" || kill -KILL "$child" 2>/dev/null || true
	done
}

# Pids of the processes on host N with exactly that name.
host_processes() {
	local init dir comm
	init=$(host_init "$1") || return 0
	for dir in /proc/[1-9]*; do
		[[ $dir/ns/pid -ef /proc/$init/ns/pid ]] || continue
		{ read -r comm <"$dir/comm"; } 2>/dev/null || continue
		[[ $comm != "$2" ]] || echo "${dir#/proc/}"
	done
}

# What a host starts when it boots, in the order a real one should: the plugin before the engine.
start_services() {
	local n=$1
	if ((n <= ETCD)); then start_service "$n" etcd --no-wait; fi
	if ((PATCHBAY)); then start_service "$n" patchbay; fi
	if ((DOCKER)); then
		start_service "$n" dockerd
		set_brnf "$n"
	fi
}

# Takes WHO WHAT; WHO is a host, or 'all' that are up and have it. Sets WHO_HOSTS.
check_service_args() {
	(($# >= 2)) || usage_error "$COMMAND takes a host, or all, and dockerd, patchbay or etcd"
	[[ $2 == dockerd || $2 == patchbay || $2 == etcd ]] ||
		usage_error "'$2' is nothing a host runs; it must be dockerd, patchbay or etcd"
	local n
	WHO_HOSTS=("$1")
	if [[ $1 != all ]]; then
		need_host "$1"
		return
	fi
	WHO_HOSTS=()
	for n in $(all_hosts); do
		if [[ $2 != etcd ]] || ((n <= ETCD)); then ! host_init "$n" >/dev/null || WHO_HOSTS+=("$n"); fi
	done
	((${#WHO_HOSTS[@]})) || die "no host that has $2 is up"
}

# at_once COMMAND... for each of WHO_HOSTS, with the host as first argument, side by side.
at_once() {
	local command=$1 n pid code=0
	shift
	local -a pids=()
	for n in "${WHO_HOSTS[@]}"; do
		"$command" "$n" "$@" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid" || code=1; done
	return "$code"
}

cmd_start() {
	check_service_args "$@"
	at_once start_service "${@:2}"
}

cmd_stop() {
	check_service_args "$@"
	(($# <= 3)) || usage_error "stop takes a host, a program and at most a signal"
	at_once stop_service "$2" "${3:-TERM}"
}

cmd_kill() {
	check_service_args "$@"
	(($# == 2)) || usage_error "kill takes a host and a program"
	at_once stop_service "$2" KILL
}
