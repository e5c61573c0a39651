# shellcheck shell=bash disable=SC2030,SC2031,SC2034,SC2154
# Sourced by ./bench: a service on the LAN against the built-in overlay and against macvlan, in a swarm of three nodes
# with the managed plugin and etcd. Uses row, ratio, at, spread, ms, of_medians, now_us and the settings of ./bench.

# A subshell: the one-host lab's settings stay as they are.
part_swarm() (
	export LAB_PREFIX=${LAB_PREFIX}s LAB_DIR=${LAB_DIR}s
	unset DOCKER_HOST
	PLUGIN=$PWD/target/plugin NAME=patchbay:latest scope=local
	# shellcheck source=deploy/bench/nodes.sh
	. deploy/bench/nodes.sh
	deploy/plugin/build >/dev/null
	trap '"$lab" down >/dev/null 2>&1 || true' EXIT
	trap 'exit 130' INT TERM
	"$lab" up 3 --etcd 3 --no-patchbay --engine 20.10 >/dev/null
	each_node install_on >/dev/null
	make_swarm >/dev/null
	swarm_enable
	each_node swarm_configs
	node 1 network create -d "$NAME" --scope swarm --config-from lan-config lan >/dev/null
	node 1 network create -d macvlan --scope swarm --config-from mac-config mac >/dev/null
	node 1 network create -d overlay over >/dev/null
	swarm_scale
	swarm_memory
)

# The containers' addresses come from the claims; macvlan needs a range of its own on each node.
swarm_configs() {
	node "$1" network create --config-only --ipam-driver "$NAME" \
		--subnet 10.77.0.0/24 --gateway 10.77.0.254 --ipam-opt io.patchbay.range=10.77.0.64-10.77.0.127 \
		lan-config >/dev/null
	node "$1" network create --config-only \
		--subnet 10.77.0.0/24 --ip-range "10.77.0.$((112 + 16 * $1))/28" --gateway 10.77.0.253 \
		-o parent=br0 mac-config >/dev/null
}

swarm_enable() {
	local i from times=''
	for ((i = 0; i < 5; i++)); do
		node 2 plugin disable -f "$NAME" >/dev/null
		from=$(now_us)
		node 2 plugin enable "$NAME" >/dev/null
		times+="$(($(now_us) - from))"$'\n'
	done
	row "\`docker plugin enable\`, 5 times" "$(ms "$times")" '' '' ''
	until_true 60 all_tell_of_plugin
}

swarm_scale() {
	local turn net from what turns=5 count=30 r
	declare -A up=() down=()
	[[ -z $quick ]] || turns=2
	for net in lan mac over; do
		service --name "on-$net" --replicas 0 --network "$net" busybox:lab sleep 100000 >/dev/null
	done
	# in turn, so that a slower moment of the machine meets all; the first is not counted
	for ((turn = -1; turn < turns; turn++)); do
		for net in lan mac over; do
			from=$(now_us)
			node 1 service scale -d "on-$net=$count" >/dev/null
			until_true 180 has_running "on-$net" "$count" || exit 1
			((turn < 0)) || up[$net]+="$(($(now_us) - from))"$'\n'
			from=$(now_us)
			node 1 service scale -d "on-$net=0" >/dev/null
			until_true 180 swarm_idle || exit 1
			((turn < 0)) || down[$net]+="$(($(now_us) - from))"$'\n'
		done
	done
	for net in mac over; do
		local other=macvlan
		[[ $net == mac ]] || other=overlay
		r=$(of_medians "${up[lan]}" "${up[$net]}")
		what="a service from 0 to $count replicas on three nodes against the built-in $other"
		row "$what, $turns each in turn" \
			"$(ms "${up[lan]}")" "$(ms "${up[$net]}")" "$r" ''
		r=$(of_medians "${down[lan]}" "${down[$net]}")
		row "the same from $count to 0" "$(ms "${down[lan]}")" "$(ms "${down[$net]}")" "$r" ''
	done
}

swarm_idle() {
	local n
	for n in 1 2 3; do [[ -z $(node "$n" ps -q) ]] || return 1; done
}

swarm_memory() {
	local n text=''
	for n in 1 2 3; do
		text+="${text:+ / }$(awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$(plugin_pid "$n")/status")"
	done
	row "resident memory of the plugin then, on each node" "$text MiB" '' '' ''
}
