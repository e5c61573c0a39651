# shellcheck shell=bash
# Sourced by what works with a swarm of the lab's three hosts and the managed plugin on each. The caller sets LAB, LAB_DIR, PLUGIN,
# NAME and scope, and has sourced check.sh.
# shellcheck disable=SC2154

NET=${LAB_NET:-10.77.0}

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
		node "$1" plugin set "$NAME" "state.source=$LAB_DIR/h$1/state" "config.source=$LAB_DIR/h$1/config" "SCOPE=$scope" GRACE=5 \
			"STORE=etcd:http://$NET.11:2379,http://$NET.12:2379,http://$NET.13:2379" &&
		node "$1" plugin enable "$NAME"
}

make_swarm() {
	local token n
	node 1 swarm init --advertise-addr "$NET.11" || return 1
	token=$(node 1 swarm join-token -q worker)
	for n in 2 3; do join "$n" "$token" || return 1; done
	until_true 30 all_tell_of_plugin
}

join() { node "$1" swarm join --token "$2" --advertise-addr "$NET.1$1" "$NET.11:2377"; }

# Nodes tell the managers of their plugins now and then.
all_tell_of_plugin() {
	local n
	for n in $(node "${1:-1}" node ls -q); do
		node "${1:-1}" node inspect -f '{{json .Description.Engine.Plugins}}' "$n" | grep -q "\"$NAME\"" || return 1
	done
}

service() { node 1 service create -q --detach --no-resolve-image --endpoint-mode dnsrr --stop-grace-period 1s --update-monitor 1s "$@"; }
running() { node "${2:-1}" service ps --filter desired-state=running --format '{{.CurrentState}}' "$1" | grep -c '^Running'; }
has_running() { [[ $(running "$1" "${3:-1}") == "$2" ]]; }
await_running() { until_true "${4:-60}" has_running "$@" || { node "${3:-1}" service ps --no-trunc "$1"; return 1; }; }
