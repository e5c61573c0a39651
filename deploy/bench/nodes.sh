# shellcheck shell=bash
# Sourced by deploy/bench/swarm.sh: a swarm of the lab's three hosts and the managed plugin on each. The caller sets
# LAB_DIR, LAB_PREFIX, PLUGIN, NAME and scope.
# shellcheck disable=SC2154

# node NUMBER ARGUMENT...: docker on that node.
node() { docker -H "unix://$LAB_DIR/h$1/run/docker.sock" "${@:2}"; }

each_node() {
	local n pid code=0
	local -a pids=()
	for n in 1 2 3; do
		"$@" "$n" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid" || code=1; done
	return "$code"
}

install_on() {
	mkdir -p "$LAB_DIR/h$1/state" "$LAB_DIR/h$1/config"
	node "$1" plugin create "$NAME" "$PLUGIN" &&
		node "$1" plugin set "$NAME" "state.source=$LAB_DIR/h$1/state" "config.source=$LAB_DIR/h$1/config" \
			"SCOPE=$scope" GRACE=5 \
			STORE=etcd:http://10.77.0.11:2379,http://10.77.0.12:2379,http://10.77.0.13:2379 &&
		node "$1" plugin enable "$NAME"
}

make_swarm() {
	local token n
	node 1 swarm init --advertise-addr 10.77.0.11 || return 1
	token=$(node 1 swarm join-token -q worker)
	for n in 2 3; do
		node "$n" swarm join --token "$token" --advertise-addr "10.77.0.1$n" 10.77.0.11:2377 || return 1
	done
	until_true 30 all_tell_of_plugin
}

# Nodes tell the managers of their plugins now and then.
all_tell_of_plugin() {
	local n
	for n in $(node 1 node ls -q); do
		node 1 node inspect -f '{{json .Description.Engine.Plugins}}' "$n" | grep -q "\"$NAME\"" || return 1
	done
}

service() {
	node 1 service create -q --detach --no-resolve-image --endpoint-mode dnsrr \
		--stop-grace-period 1s --update-monitor 1s "$@"
}
running() { node 1 service ps --filter desired-state=running --format '{{.CurrentState}}' "$1" | grep -c '^Running'; }
has_running() { [[ $(running "$1") == "$2" ]]; }

# until_true SECONDS COMMAND...: looks four times a second; a client of docker costs more than the look.
until_true() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || { echo "bench: not within the limit: $*" >&2; return 1; }
		sleep 0.25
	done
}

# plugin_pid NODE: of the plugin's JVM there.
plugin_pid() {
	local file
	for file in /proc/[1-9]*/cmdline; do
		file=${file%/cmdline}
		if [[ $file/ns/net -ef /run/netns/$LAB_PREFIX-$1 &&
			$(readlink "$file/exe" 2>/dev/null) == */opt/jre/bin/java ]] &&
			tr '\0' '\n' 2>/dev/null <"$file/cmdline" | grep -qxF '@/opt/patchbay/lib/plugin.flags'; then
			echo "${file##*/}"
			return 0
		fi
	done
	return 1
}
