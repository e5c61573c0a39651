# shellcheck shell=bash
# Sourced by lab: the etcd cluster on the hosts, with TLS and users when the lab was made so.

# A member's client and peer port, as ebtables writes a range; cut knows the cluster by it.
# shellcheck disable=SC2034
ETCD_PORTS=2379:2380
# Health and metrics, without TLS and without a user, on the host itself only.
ETCD_METRICS=127.0.0.1:2381

etcd_scheme() { if ((ETCD_TLS)); then echo https; else echo http; fi; }

etcd_endpoint() { echo "$(etcd_scheme)://$(host_ip "$1"):2379"; }
etcd_peer() { echo "$(etcd_scheme)://$(host_ip "$1"):2380"; }

etcd_endpoints() {
	local i list=
	for ((i = 1; i <= ETCD; i++)); do list+="${list:+,}$(etcd_endpoint "$i")"; done
	echo "$list"
}

# Who the members are, as each of them is told. Restored with the same words it is the same cluster.
etcd_cluster() {
	local i list=
	for ((i = 1; i <= ETCD; i++)); do list+="${list:+,}m$i=$(etcd_peer "$i")"; done
	printf '%s\n' --initial-cluster "$list" --initial-cluster-token "$LAB_PREFIX"
}

# Also says whether the cluster has a quorum.
etcd_answers() {
	nsenter --net="/run/netns/$LAB_PREFIX-${1##*/h}" \
		curl -sf --noproxy '*' --max-time 8 -o /dev/null "http://$ETCD_METRICS/health"
}

launch_etcd() {
	local n=$1 dir state=new
	shift
	dir=$(host_dir "$n")
	((n <= ETCD)) || die "host $n has no etcd member in this lab (it was made with --etcd $ETCD)"
	[[ ! -d $dir/etcd/member ]] || state=existing
	install -d -m 0700 "$dir/etcd"
	local -a tls=() cluster
	mapfile -t cluster < <(etcd_cluster)
	! ((ETCD_TLS)) || tls=(
		--cert-file "$LAB_DIR/tls/server.pem" --key-file "$LAB_DIR/tls/server.key"
		--client-cert-auth --trusted-ca-file "$LAB_DIR/tls/ca.pem"
		--peer-cert-file "$LAB_DIR/tls/server.pem" --peer-key-file "$LAB_DIR/tls/server.key"
		--peer-client-cert-auth --peer-trusted-ca-file "$LAB_DIR/tls/ca.pem"
	)
	spawn "$n" etcd etcd --name "m$n" --data-dir "$dir/etcd" --logger zap "${tls[@]}" \
		--listen-client-urls "$(etcd_endpoint "$n"),$(etcd_scheme)://127.0.0.1:2379" \
		--advertise-client-urls "$(etcd_endpoint "$n")" --listen-metrics-urls "http://$ETCD_METRICS" \
		--listen-peer-urls "$(etcd_peer "$n")" --initial-advertise-peer-urls "$(etcd_peer "$n")" \
		"${cluster[@]}" --initial-cluster-state "$state" "$@"
}

# What a client needs besides the endpoints, as patchbay's settings call it; a word a line.
etcd_client_settings() {
	! ((ETCD_TLS)) ||
		printf '%s\n' --etcd-ca "$LAB_DIR/tls/ca.pem" \
		--etcd-cert "$LAB_DIR/tls/client.pem" --etcd-key "$LAB_DIR/tls/client.key"
	! ((ETCD_AUTH)) || printf '%s\n' --etcd-user patchbay --etcd-password-file "$LAB_DIR/etcd-password"
}

# etcd_tool ARGUMENTS...: etcdctl on the first host that is up.
etcd_tool() {
	local n
	n=$(first_up)
	in_host "$n" env ETCDCTL_API=3 "${ETCD_USER[@]}" etcdctl "$@"
}

first_up() {
	local n
	for n in $(all_hosts); do
		if host_init "$n" >/dev/null; then echo "$n" && return; fi
	done
	die "no host is up"
}

# etcd_client ARGUMENTS...: etcdctl as root of the cluster, or of ASKED alone, in the network of the first host that is
# up. etcd 3.4 forgets a read that comes while a leader is elected, and refuses it after 7 s; the limit leaves time to
# ask again.
etcd_client() {
	local -a tls=() ETCD_USER=()
	! ((ETCD_TLS)) || tls=(
		--cacert "$LAB_DIR/tls/ca.pem" --cert "$LAB_DIR/tls/client.pem" --key "$LAB_DIR/tls/client.key"
	)
	[[ ! -e $LAB_DIR/etcd-auth ]] || ETCD_USER=("ETCDCTL_USER=root:$(<"$LAB_DIR/etcd-root-password")")
	etcd_tool --endpoints "${ASKED:-$(etcd_endpoints)}" --command-timeout 20s "${tls[@]}" "$@"
}

cmd_etcdctl() {
	(($# >= 1)) || usage_error "etcdctl takes what etcdctl is to do"
	((ETCD)) || die "this lab has no etcd; 'lab up N --etcd M' makes one that has"
	etcd_client "$@"
}

cmd_etcd() {
	[[ ($# == 2 && ($1 == save || $1 == restore) && $2 =~ ^[a-z0-9]+$) || ($# == 1 && $1 == wipe) ]] ||
		usage_error "etcd takes save or restore and a name of small letters and digits, or wipe"
	((ETCD)) || die "this lab has no etcd; 'lab up N --etcd M' makes one that has"
	"etcd_$1" "${@:2}"
}

# What a member's data is when it is restored as etcd's manual says; made here, so that restoring takes a moment.
etcd_save() {
	local snapshot=$LAB_DIR/etcd-$1.snapshot i dir
	local -a cluster
	ASKED=$(etcd_endpoint "$(first_up)") etcd_client snapshot save "$snapshot" >/dev/null 2>&1 ||
		die "the member on host $(first_up) gives no snapshot"
	mapfile -t cluster < <(etcd_cluster)
	for ((i = 1; i <= ETCD; i++)); do
		dir=$(host_dir "$i")/etcd-$1
		rm -rf "$dir"
		etcd_tool snapshot restore "$snapshot" --name "m$i" --data-dir "$dir" "${cluster[@]}" \
			--initial-advertise-peer-urls "$(etcd_peer "$i")" >/dev/null 2>&1 ||
			die "the snapshot cannot be restored into $dir"
	done
}

etcd_restore() {
	local i
	for ((i = 1; i <= ETCD; i++)); do
		[[ -d $(host_dir "$i")/etcd-$1 ]] || die "what etcd had was not saved as '$1'"
	done
	etcd_wipe
	for ((i = 1; i <= ETCD; i++)); do cp -a "$(host_dir "$i")/etcd-$1" "$(host_dir "$i")/etcd"; done
}

# Also of hosts that are down: it is their disks.
etcd_wipe() {
	local i
	WHO_HOSTS=()
	for ((i = 1; i <= ETCD; i++)); do
		if [[ -n $(service_pid "$i" etcd) ]]; then WHO_HOSTS+=("$i"); fi
	done
	at_once stop_service etcd KILL
	for ((i = 1; i <= ETCD; i++)); do rm -rf "$(host_dir "$i")/etcd"; done
}

# A certificate authority, and certificates of it for members and clients. Keys are PKCS#8, which Java reads.
make_tls() {
	local dir=$LAB_DIR/tls i names=IP:127.0.0.1,DNS:localhost
	! ((ETCD_TLS)) && return 0
	[[ ! -e $dir/client.pem ]] || return 0
	install -d -m 0700 "$dir"
	for ((i = 1; i <= LAB_MAX_HOSTS; i++)); do names+=",IP:$(host_ip "$i"),DNS:h$i"; done
	make_authority "$dir/ca" 'the lab'
	make_authority "$dir/other-ca" 'another authority'
	make_certificate "$dir/server" "$dir/ca" etcd "$names"
	make_certificate "$dir/other-client" "$dir/other-ca" stranger DNS:stranger
	make_certificate "$dir/client" "$dir/ca" client DNS:client
}

make_authority() {
	tls_key "$1"
	openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 30 -out "$1.pem" 2>/dev/null ||
		die "openssl cannot make the certificate $1.pem"
}

# make_certificate FILE AUTHORITY NAME ALTERNATIVES
make_certificate() {
	tls_key "$1"
	openssl req -new -key "$1.key" -subj "/CN=$3" 2>/dev/null |
		openssl x509 -req -CA "$2.pem" -CAkey "$2.key" -set_serial "0x$(openssl rand -hex 8)" \
		-days 30 -out "$1.pem" \
			-extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$4") \
			2>/dev/null ||
		die "openssl cannot make the certificate $1.pem"
}

tls_key() {
	(umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null) ||
		die "openssl cannot make the key $1.key"
}

# root, and a user patchbay that may only touch what is below /patchbay/. Told to the cluster once; it keeps it.
make_etcd_users() {
	! ((ETCD_AUTH)) && return 0
	[[ ! -e $LAB_DIR/etcd-auth ]] || return 0
	(
		umask 077
		openssl rand -hex 12 >"$LAB_DIR/etcd-root-password"
		openssl rand -hex 12 >"$LAB_DIR/etcd-password"
	)
	etcd_client user add "root:$(<"$LAB_DIR/etcd-root-password")" >/dev/null &&
		etcd_client user grant-role root root >/dev/null &&
		etcd_client user add "patchbay:$(<"$LAB_DIR/etcd-password")" >/dev/null &&
		etcd_client role add patchbay >/dev/null &&
		etcd_client role grant-permission patchbay readwrite --prefix=true /patchbay/ >/dev/null &&
		etcd_client user grant-role patchbay patchbay >/dev/null &&
		etcd_client auth enable >/dev/null || die "etcd refuses the lab's users"
	: >"$LAB_DIR/etcd-auth"
}

start_etcd() {
	local n
	((ETCD)) || return 0
	make_tls
	for ((n = 1; n <= ETCD && n <= HOSTS; n++)); do start_service "$n" etcd --no-wait; done
	for ((n = 1; n <= ETCD && n <= HOSTS; n++)); do start_service "$n" etcd; done
	make_etcd_users
}
