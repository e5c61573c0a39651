# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by etcd: a member that goes, or that has lost its data.

cmd_remove() {
	need_root
	need_programs etcdctl openssl
	[[ -e $OWN/admin.pem ]] ||
		die "this host has no member of etcd, so it may not remove one; give the command on one that has"
	ADDRESS=$(kept ADDRESS)
	local list found id peer learner client
	list=$(members_or_die "$(known_endpoints)")
	found=$(awk -v name="$MEMBER" '$3 == name || $1 == name {print $1, $4, $5, $6}' <<<"$list")
	read -r id peer client learner <<<"$found"
	[[ -n $id ]] ||
		die "member = \"$MEMBER\": must be the name of a member, or its id; there are" \
			"$(awk '{printf "%s%s", n++ ? ", " : "", $3 == "-" ? $1 : $3}' <<<"$list")"
	[[ $peer != "$(peer_url "$ADDRESS")" ]] ||
		die "member = \"$MEMBER\": must be another host's, and is this one's; give the command on another" \
			"member"
	[[ $learner == true || $client == - ]] || keep_majority "$list" "$id"
	wait_until 15 removed "$id" || die "the cluster does not remove $MEMBER: $REFUSED"
	forget_endpoint "$client"
	say "$MEMBER is no member any more. On its host, if it runs: sudo systemctl disable --now etcd"
	say "It may come back with a new invitation, or on the first host by 'patchbay etcd init'. Its certificates" \
		"are still of use: who has stolen them gets in until the cluster begins anew."
	if [[ -n $WRITE ]]; then
		settings_lines
	else
		say "On each host, when it suits: sudo patchbay etcd status --write takes it out of the settings."
	fi
}

# Members count as connected when they have been for five seconds, so who has just come back makes etcd refuse.
removed() {
	REFUSED=$(ctl "$(known_endpoints)" member remove "$1" 2>&1) || {
		REFUSED=$(tail -n 1 <<<"$REFUSED")
		[[ $REFUSED == *'not found'* ]]
	}
}

# keep_majority LIST ID: those that remain must be able to decide. etcd counts who is connected and would do it too,
# but not for a member that answers nobody.
keep_majority() {
	local id state client learner health voters=0 well=0 ill=()
	while read -r id state name _ client learner; do
		[[ $id != "$2" && $learner != true ]] || continue
		voters=$((voters + 1))
		read -r _ health < <(member_state "$state" "$client" "$learner")
		if [[ $health == healthy* ]]; then well=$((well + 1)); else ill+=("$name"); fi
	done <<<"$1"
	((voters > 0)) || die "member = \"$MEMBER\": must not be the last one"
	((well > voters / 2)) ||
		die "member = \"$MEMBER\": must leave a majority that is well, and of the $voters that remain $well" \
			"answer${ill:+ (not: ${ill[*]})}; bring these back first"
}

forget_endpoint() { remember "$(kept ENDPOINTS | tr ',' '\n' | grep -vxF "$1" | paste -sd, - || true)"; }

# Whether this host has been a member, and has nothing of that any more.
lost_its_data() { [[ ! -d $DATA_DIR/member ]] && defaults_are_ours && grep -q '_STATE=existing' "$DEFAULTS"; }

# Whether it has data and the others have removed it.
lost_its_place() {
	local others
	others=$(other_endpoints)
	[[ -n $others && -d $DATA_DIR/member ]] && defaults_are_ours && ! own_member_runs &&
		was_removed "$others" "$(peer_url "$ADDRESS")"
}

other_endpoints() {
	kept ENDPOINTS | tr ',' '\n' | grep -vxF "$(client_url "$ADDRESS")" | paste -sd, - || true
}

lost_member_advice() {
	echo "$DATA_DIR has no data: must have it, since this host's member has run before. On another member:" \
		"patchbay etcd remove $1; then give this command again"
}

# was_removed ENDPOINTS PEER: that one with a majority says so. In etcd 3.4 a member lists what it knows, also one that
# has been cut off since before; who can read is up to date.
was_removed() {
	local each list
	for each in ${1//,/ }; do
		ctl "$each" endpoint health >/dev/null 2>&1 || continue
		list=$(members "$each") || continue
		[[ $(awk -v peer="$2" '$4 == peer' <<<"$list") == "" ]]
		return
	done
	return 1
}

# What a member had that was removed is of no use to the cluster, and etcd would not start with it.
put_data_away() {
	[[ -d $DATA_DIR/member ]] || return 0
	local away
	away=$DATA_DIR.removed-$(date -u +%Y%m%dT%H%M%SZ)
	if [[ -d /run/systemd/system ]]; then systemctl stop etcd.service; fi
	[[ ! -x /etc/init.d/etcd || -d /run/systemd/system ]] || started_by_script stop
	mv "$DATA_DIR" "$away"
	say "$away has what this host's etcd had before it was removed; it may be deleted"
}

# The host where the cluster began, when its member has lost its data and was removed: a member like others.
come_back() {
	local others
	TOKEN=$(kept TOKEN) ENDPOINTS=$(kept ENDPOINTS)
	others=$(other_endpoints)
	[[ -n $others ]] ||
		die "$DATA_DIR has no data: must have it, and no other member is known that has it. To begin anew" \
			"with an empty cluster: remove $OWN and $DEFAULTS"
	make_own_certificates
	enter "$others"
	say "etcd runs on this host as member $NAME at $(client_url "$ADDRESS") again"
}
