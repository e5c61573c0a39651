# shellcheck shell=bash disable=SC2030,SC2031
# Sourced by ./bench: what Patchbay on etcd costs over bare etcd, on a lab of its own with three hosts and three
# members. Uses row, ratio, at, spread, ms, of_medians, verdict, now_us, await, and the settings of ./bench.

part_etcd() { on_three_hosts etcd_claims etcd_one etcd_docker_run etcd_new_network; }
part_restore() { on_three_hosts etcd_start etcd_resync etcd_restore; }

# on_three_hosts PART...: a subshell: the one-host lab's settings stay as they are.
on_three_hosts() (
	local n part
	export LAB_PREFIX=${LAB_PREFIX}e LAB_DIR=${LAB_DIR}e
	unset DOCKER_HOST
	# shellcheck disable=SC2154
	trap '"$lab" down >/dev/null 2>&1 || true' EXIT
	trap 'exit 130' INT TERM
	"$lab" up 3 --etcd 3 --engine 20.10 >/dev/null
	for n in 1 2 3; do await 60 etcd_ready "$n"; done
	# shellcheck disable=SC2154
	javac -d "$work" -cp "$work:$home/lib/*" deploy/bench/Claims.java deploy/bench/Etcd.java
	for part; do "$part"; done
)

control() { echo "$LAB_DIR/h$1/run/patchbay/patchbay.sock"; }
etcd_ready() { curl -sf -o /dev/null --unix-socket "$(control "$1")" http://patchbay/readyz; }
# Transactions that clients have sent to all members, as they count themselves.
etcd_transactions() {
	local n
	for n in 1 2 3; do
		"$lab" on "$n" curl -s --noproxy '*' http://127.0.0.1:2381/metrics
	done | awk '/^grpc_server_handled_total.*grpc_method="Txn"/ { n += $2 } END { printf "%d", n }'
}
# bare MODE MEMBERS ARGUMENT...: a client of so many members that has nothing of Patchbay's. Prints as our client does.
bare() {
	local mode=$1 members=$2 endpoints='' i
	shift 2
	for ((i = 1; i <= members; i++)); do endpoints+="${endpoints:+,}http://10.77.0.1$i:2379"; done
	"$lab" on 1 java -XX:+UseSerialGC -cp "$work:$home/lib/*" Etcd "$mode" "$endpoints" "$@"
}
# ours DAEMONS SUBNET COUNT CLIENTS
ours() {
	local -a sockets=()
	local i
	for ((i = 1; i <= $1; i++)); do sockets+=("$LAB_DIR/h$i/run/docker/plugins/patchbay.sock"); done
	java -XX:+UseSerialGC -cp "$work" Claims "${@:2}" "${sockets[@]}"
}

etcd_claims() {
	local daemons turn rate before each r rates bares txns who what count=12000 clients=8
	# shellcheck disable=SC2154
	[[ -z $quick ]] || count=2400
	# a daemon compiles while it works: the first thousands are of another speed
	ours 3 10.139.0.0/16 3000 "$clients" >/dev/null
	for daemons in 1 3; do
		rates='' bares='' txns=''
		# in turn, so that a slower moment of the machine meets both
		for ((turn = 0; turn < 3; turn++)); do
			before=$(etcd_transactions)
			read -r rate _ < <(ours "$daemons" \
				"10.$((140 + daemons * 10 + turn)).0.0/16" "$count" "$clients")
			rates+="$rate"$'\n'
			each=$(etcd_claim_transactions "$before" "$count")
			txns+="$each"$'\n'
			read -r rate _ < <(bare txn "$daemons" "/bench/$daemons/$turn/" "$count" "$clients")
			bares+="$rate"$'\n'
		done
		r=$(of_medians "$rates" "$bares")
		who="$daemons daemon$( ((daemons == 1)) || echo s)"
		what="claims a second, $who on one pool, $clients clients each"
		row "$what, against bare transactions from as many clients" \
			"$(spread /s 1 "$rates")" "$(spread /s 1 "$bares")" "$r" "$(at_least "$r" 0.70)"
		row "transactions for an address, $who" "$(at median "$txns")" '1' \
			"$(at median "$txns")" "$(verdict "$(at median "$txns")" 1.20)"
	done
}

# Pools, gateways and networks are made and removed with a few transactions, which count as well.
etcd_claim_transactions() { awk -v n="$(($(etcd_transactions) - $1))" -v c="$2" 'BEGIN { printf "%.2f", n / c }'; }
at_least() { awk -v a="$1" -v b="$2" 'BEGIN { print "at least " b ": " (a + 0 >= b + 0 ? "met" : "missed") }'; }

etcd_one() {
	local turn median times='' bares='' count=1000
	[[ -z $quick ]] || count=300
	for ((turn = 0; turn < 5; turn++)); do
		read -r _ median < <(ours 1 "10.$((200 + turn)).0.0/16" "$count" 1)
		times+="$median"$'\n'
		read -r _ median < <(bare txn 1 "/bench/one/$turn/" "$count" 1)
		bares+="$median"$'\n'
	done
	row "one address after the other against a bare transaction, 5 medians of $count" \
		"$(ms "$times")" "$(ms "$bares")" "$(of_medians "$times" "$bares")" ''
}

etcd_docker_run() {
	local i net from r
	declare -A samples=()
	local -x DOCKER_HOST=unix://$LAB_DIR/h1/run/docker.sock
	docker network create -d patchbay --ipam-driver patchbay \
		--subnet 10.77.0.0/24 --ip-range 10.77.0.128/26 --gateway 10.77.0.254 lan >/dev/null
	docker network create -d macvlan \
		--subnet 10.77.0.0/24 --ip-range 10.77.0.192/26 --gateway 10.77.0.253 -o parent=br0 mac >/dev/null
	# shellcheck disable=SC2154
	for ((i = -2; i < runs; i++)); do
		for net in lan mac; do
			from=$(now_us)
			docker run --rm --network "$net" busybox:lab true
			((i < 0)) || samples[$net]+="$(($(now_us) - from))"$'\n'
		done
	done
	docker network rm lan mac >/dev/null
	r=$(of_medians "${samples[lan]}" "${samples[mac]}")
	row "\`docker run --rm\` with etcd against the built-in macvlan, $runs each in turn" \
		"$(ms "${samples[lan]}")" "$(ms "${samples[mac]}")" "$r" "$(verdict "$r" 0.92)"
}

has_network() { curl -sf -o /dev/null --unix-socket "$LAB_DIR/h$1/run/docker.sock" "http://docker/networks/$2"; }

etcd_new_network() {
	local i n from times=''
	for ((i = 0; i < 5; i++)); do
		from=$(now_us)
		"$lab" docker 1 network create -d patchbay --ipam-driver patchbay \
			--subnet 10.77.0.0/24 --ip-range 10.77.0.128/26 --gateway 10.77.0.254 "made$i" >/dev/null
		for n in 2 3; do
			until has_network "$n" "made$i"; do
				if (($(now_us) - from > 60000000)); then
					echo "bench: made$i is not on host $n after a minute" >&2
					exit 1
				fi
			done
		done
		times+="$(($(now_us) - from))"$'\n'
		"$lab" docker 2 run --rm --network "made$i" busybox:lab true
		"$lab" docker 1 network rm "made$i" >/dev/null
		for n in 2 3; do while has_network "$n" "made$i"; do :; done; done
	done
	row "\`docker network create\` on host 1 until hosts 2 and 3 have the network too, 5 times" \
		"$(ms "$times")" '' '' ''
}

# used HOST: addresses that containers have in all pools, as the daemon there knows; each network's part is not counted
# once more.
used() {
	curl -sf --unix-socket "$(control "$1")" http://patchbay/v1/pools |
		sed 's/"rangeUse":\[[^]]*\]//g' |
		grep -oE '"used":[0-9]+' | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}
all_use() { for n in 1 2 3; do [[ $(used "$n") == "$1" ]] || return 1; done; }

# A container on each host, and in etcd copies of the claims of the second and the third: nobody collects them while it
# lives.
etcd_fill() {
	local n claims=/patchbay/v1/default/claims/default~10.80.0.0_16
	local -a first=('' 10.80.250.1 10.80.0.1 10.80.160.1)
	# shellcheck disable=SC2154
	filled=$((fill + 3))
	"$lab" docker 2 network create -d patchbay --ipam-driver patchbay \
		--subnet 10.80.0.0/16 --gateway 10.80.255.254 many >/dev/null
	for n in 1 2 3; do
		await 60 has_network "$n" many
		"$lab" docker "$n" run -d --name c1 --network many --ip "${first[n]}" busybox:lab sleep 100000 \
			>/dev/null
	done
	"$lab" etcd save before
	bare fill 1 "$claims/${first[2]}" $((fill * 2 / 3)) >/dev/null
	bare fill 1 "$claims/${first[3]}" $((fill / 3)) >/dev/null
	await 60 all_use "$filled"
}

etcd_start() {
	local times='' i from median
	etcd_fill
	for ((i = 0; i < 5; i++)); do
		"$lab" stop 1 patchbay
		from=$(now_us)
		"$lab" start 1 patchbay
		until etcd_ready 1; do :; done
		times+="$(($(now_us) - from))"$'\n'
	done
	await 10 all_use "$filled"
	median=$(at median "$times")
	row "start of a daemon until it serves, $filled claims in etcd, 5 starts" "$(ms "$times")" '' '' \
		"$(verdict "$((median / 1000))" 1500 ' ms')"
	row "resident memory then" "$(resident) MiB" '' '' ''
	# longer than the daemon waits until it calls itself idle
	sleep 30
	row "the same, idle" "$(resident) MiB" '' '' "$(verdict "$(resident)" 128 ' MiB')"
}

# etcdctl on host 2, of the members that host 1 is cut off from.
etcd_beyond() { "$lab" on 2 env ETCDCTL_API=3 etcdctl --endpoints http://10.77.0.12:2379,http://10.77.0.13:2379 "$@"; }

# What a daemon missed is no longer kept by the other members when it comes back; its own may have caught up before.
etcd_resync() {
	local from revision
	"$lab" cut 1 etcd
	"$lab" docker 3 run -d --name c2 --network many busybox:lab sleep 100000 >/dev/null
	revision=$(etcd_beyond get / -w json | grep -oE '"revision":[0-9]+' | tr -dc 0-9)
	etcd_beyond compact "$revision" >/dev/null
	"$lab" mend 1
	from=$(now_us)
	await 60 all_use $((filled + 1))
	row "from the end of a cut of the host and its member until all claims are known again" \
		"$(ms "$(($(now_us) - from))")" '' '' ''
	"$lab" docker 3 rm -f c2 >/dev/null
}

etcd_has() {
	local count
	count=$("$lab" etcdctl get --prefix --limit 1 -w fields /patchbay/v1/default/claims/ |
		sed -n 's/^"Count" : //p')
	((${count:-0} >= $1))
}
all_ready() { etcd_ready 1 && etcd_ready 2 && etcd_ready 3; }

# The members have what they had before the claims came.
etcd_restore() {
	local from
	"$lab" etcd restore before
	"$lab" start all etcd
	from=$(now_us)
	await 120 etcd_has "$filled"
	await 120 all_ready
	await 120 all_use "$filled"
	row "from the start of members with older data until $filled claims of three hosts are back" \
		"$(ms "$(($(now_us) - from))")" '' '' "$(verdict "$((($(now_us) - from) / 1000000))" 30 ' s')"
	row "resident memory then" "$(resident) MiB" '' '' ''
}
