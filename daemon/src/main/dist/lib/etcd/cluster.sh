# shellcheck shell=bash
# Sourced by etcd: what the running cluster is asked and told.

# ctl ENDPOINTS ARGUMENT...: etcdctl as root of the cluster.
ctl() {
	local endpoints=$1
	shift
	timeout 15 etcdctl --endpoints "$endpoints" --command-timeout 5s --cacert "$OWN/ca.pem" \
		--cert "$OWN/admin.pem" --key "$OWN/admin.key" "$@"
}

as_daemon() {
	timeout 15 etcdctl --endpoints "$1" --command-timeout 5s --cacert "$OWN/ca.pem" \
		--cert "$OWN/client.pem" --key "$OWN/client.key" "${@:2}"
}

# Whether anybody does; etcdctl would try for seconds.
listens() { (: <"/dev/tcp/$1/2379") 2>/dev/null; }

# That it runs as ours, be it without a majority or not yet a full member.
own_member_runs() { listens "$ADDRESS" && ctl "$(client_url "$ADDRESS")" endpoint status >/dev/null 2>&1; }

# That it answers as a member of a cluster with a majority.
own_member_answers() { listens "$ADDRESS" && ctl "$(client_url "$ADDRESS")" endpoint health >/dev/null 2>&1; }

# done_before WORDS COMMAND...: the command may be told that it was done before, with these words.
done_before() {
	local words=$1 said
	shift
	said=$("$@" 2>&1) || [[ $said == *"$words"* ]] || die "etcd refused '${*:3}': $said"
}

# Whoever has the certificate is the user; there are no passwords. Users count from the last step on.
make_users() {
	local here
	here=$(client_url "$ADDRESS")
	done_before 'already exists' ctl "$here" user add root --no-password
	done_before 'already exists' ctl "$here" role add root
	done_before 'already exists' ctl "$here" user grant-role root root
	done_before 'already exists' ctl "$here" role add patchbay
	done_before 'already exists' ctl "$here" role grant-permission --prefix patchbay readwrite /patchbay/
	done_before 'already exists' ctl "$here" user add patchbay --no-password
	done_before 'already exists' ctl "$here" user grant-role patchbay patchbay
	done_before 'already enabled' ctl "$here" auth enable
	users_count "$here" ||
		die "etcd lets the daemon's user read outside /patchbay/ although that was forbidden; look at" \
			"'etcdctl role get patchbay' and give the command again"
}

# Whether the daemon's user may read its part and nothing else.
users_count() {
	local other
	as_daemon "$1" get /patchbay/ >/dev/null 2>&1 || return 1
	other=$(as_daemon "$1" get / 2>&1) && return 1
	[[ $other == *'permission denied'* ]]
}

member_list() {
	local -a certificate=(--cert "$OWN/admin.pem" --key "$OWN/admin.key")
	[[ -e $OWN/admin.pem ]] || certificate=(--cert "$OWN/client.pem" --key "$OWN/client.key")
	timeout 15 etcdctl --endpoints "$1" --command-timeout 5s --cacert "$OWN/ca.pem" "${certificate[@]}" member list
}

# Lines "ID STATE NAME PEER CLIENT LEARNER"; one that was added and never started has - for name and client.
members() {
	member_list "$1" 2>/dev/null |
		awk -F', ' '{print $1, $2, ($3 == "" ? "-" : $3), $4, ($5 == "" ? "-" : $5), $6}'
}

members_or_die() {
	local said
	members "$1" && return 0
	said=$(member_list "$1" 2>&1) || true
	die "etcd does not answer at $1, a majority of its members must be up: ${said##*$'\n'}"
}

# Where the cluster is asked from this host: its own member, and those known from before.
known_endpoints() {
	local list
	list=$(kept ENDPOINTS)
	if [[ $(kept KIND) != client ]]; then list=$(client_url "$(kept ADDRESS)"),$list; fi
	tr ',' '\n' <<<"$list" | awk '$0 != "" && !seen[$0]++' | paste -sd, -
}

# remember ENDPOINTS: so that this host finds the cluster also while its own member is down, or is none any more.
remember() {
	[[ $(kept ENDPOINTS) != "$1" ]] || return 0
	sed "s#^ENDPOINTS=.*#ENDPOINTS=$1#" "$OWN/member" | atomically "$OWN/member" 0644
}

# The members' endpoints, this host's first.
member_endpoints() {
	local own list
	own=$(client_url "$ADDRESS")
	list=$(members_or_die "$(known_endpoints)" | awk '$5 != "-" && $6 != "true" {print $5}' | sort)
	{
		grep -xF "$own" <<<"$list" || true
		grep -vxF "$own" <<<"$list" || true
	} | paste -sd, -
}

cmd_status() {
	need_root
	need_programs etcdctl openssl
	[[ -n $(kept KIND) ]] ||
		die "this host has no etcd that was set up by 'patchbay etcd init' or 'patchbay etcd join'"
	ADDRESS=$(kept ADDRESS)
	local list id state name client learner bad=0 health size alarms
	list=$(members_or_die "$(known_endpoints)")
	printf '%-16s %-18s %-36s %-9s %s\n' MEMBER ID ENDPOINT DATA STATE
	while read -r id state name _ client learner; do
		read -r size health < <(member_state "$state" "$client" "$learner")
		[[ $health == healthy* ]] || bad=1
		printf '%-16s %-18s %-36s %-9s %s\n' "$name" "$id" "$client" "$size" "$health"
	done <<<"$list"
	if [[ -e $OWN/admin.pem ]]; then
		alarms=$(ctl "$(known_endpoints)" alarm list 2>/dev/null) || true
		if [[ $alarms == *NOSPACE* ]]; then
			bad=1
			say "etcd has no room left and takes no writes (alarm NOSPACE): see 'etcdctl defrag' and" \
				"'etcdctl alarm disarm'"
		fi
	fi
	certificates_status || bad=1
	remember "$(member_endpoints)"
	if [[ -n $WRITE ]]; then settings_lines; fi
	exit "$bad"
}

# member_state STATE CLIENT LEARNER: how much its data is, - if it does not tell, and how it is.
member_state() {
	local status size
	if [[ $1 != started || $3 == true ]]; then
		echo "- not a full member yet: finish 'patchbay etcd join' there"
	elif ! listens "$(sed -E 's#https://(.*):[0-9]+#\1#; s/[][]//g' <<<"$2")"; then
		echo "- does not answer"
	elif [[ ! -e $OWN/admin.pem ]]; then
		# from 3.5 on etcd tells root alone who leads
		if as_daemon "$2" get /patchbay/ >/dev/null 2>&1; then
			echo "- healthy"
		else
			echo "- does not answer"
		fi
	elif status=$(ctl "$2" endpoint status -w json 2>/dev/null); then
		size=$(grep -oE '"dbSize":[0-9]+' <<<"$status" | grep -oE '[0-9]+$' | numfmt --to=iec-i --suffix=B)
		if [[ $(grep -oE '"leader":[0-9]+' <<<"$status" | grep -oE '[0-9]+$') == \
			$(grep -oE '"member_id":[0-9]+' <<<"$status" | grep -oE '[0-9]+$') ]]; then
			echo "$size healthy, leader"
		else
			echo "$size healthy"
		fi
	else
		echo "- does not answer"
	fi
}

# False when one of them ends soon.
certificates_status() {
	local each days soon=0
	for each in ca member client admin; do
		[[ -e $OWN/$each.pem ]] || continue
		days=$(days_left "$OWN/$each.pem") || continue
		if ((days < 60)); then
			soon=1
			say "$OWN/$each.pem ends in $days days: patchbay etcd renew on the host with $OWN/ca.key"
		fi
	done
	((soon)) || say "certificates: the first ends in $(first_end) days"
	return "$soon"
}

first_end() {
	local each
	for each in ca member client admin; do days_left "$OWN/$each.pem" 2>/dev/null || true; done |
		sort -n | awk 'NR == 1'
}
