# shellcheck shell=bash disable=SC2034
# Sourced by etcd: the file with which another host comes in.

# What is in it, for a member and for a host that only uses etcd.
invitation_files() {
	echo invitation ca.pem client.pem client.key
	[[ -n $CLIENT_ONLY ]] || echo member.pem member.key admin.pem admin.key
}

cmd_invite() {
	local folder endpoints
	need_root
	need_programs openssl etcdctl tar
	need_authority
	[[ $ADDRESS != "$(kept ADDRESS)" ]] ||
		die "address = \"$ADDRESS\": must be another host's, and is this one's;" \
			"'patchbay etcd renew' renews its certificates"
	OUT=${OUT:-patchbay-etcd-$ADDRESS.tar}
	folder=$(mktemp -d)
	# shellcheck disable=SC2064  # what it is now
	trap "rm -rf '$folder'" EXIT
	endpoints=$(ADDRESS=$(kept ADDRESS) member_endpoints)
	(ADDRESS=$(kept ADDRESS) remember_invited "$endpoints" "$(client_url "$ADDRESS")")
	make_certificates "$folder"
	cp "$OWN/ca.pem" "$folder/"
	printf '%s\n' "KIND=$([[ -n $CLIENT_ONLY ]] && echo client || echo joined)" "NAME=$NAME" "ADDRESS=$ADDRESS" \
		"TOKEN=$(kept TOKEN)" "ENDPOINTS=$endpoints" >"$folder/invitation"
	# shellcheck disable=SC2046
	(umask 077 && tar -C "$folder" -c $(invitation_files) >"$OUT.new" && mv "$OUT.new" "$OUT") ||
		die "$OUT cannot be written"
	say "$OUT is the invitation of $ADDRESS. It is a secret: who has it may do in etcd what that host may."
	say "Copy it there, as with: scp $OUT $(bracketed "$ADDRESS"):"
	say "Then on that host: sudo patchbay etcd join ${OUT##*/} --write"
	say "and remove the file on both."
}

# The host where the cluster began may ask for it there when its own member is gone.
remember_invited() {
	if [[ -n $CLIENT_ONLY || ,$1, == *,$2,* ]]; then remember "$1"; else remember "$1,$2"; fi
}

# invited KEY: what the invitation says.
invited() { sed -n "s/^$1=//p" "$UNPACKED/invitation"; }

# Only the files that belong in it, under the names they have here.
unpack() {
	local each
	[[ -f $FILE && -r $FILE ]] || die "file = \"$FILE\": must be a file that 'patchbay etcd invite' has made"
	UNPACKED=$(umask 077 && mktemp -d)
	# shellcheck disable=SC2064  # what it is now
	trap "rm -rf '$UNPACKED'" EXIT
	for each in $(invitation_files); do
		(umask 077 && tar -xOf "$FILE" "$each" >"$UNPACKED/$each" 2>/dev/null) || true
	done
	[[ $(invited KIND) =~ ^(joined|client)$ && -s $UNPACKED/ca.pem && -s $UNPACKED/client.key ]] ||
		die "file = \"$FILE\": must be a file that 'patchbay etcd invite' has made"
	[[ $(invited KIND) == joined ]] || CLIENT_ONLY=1
	whole || die "file = \"$FILE\": must be as 'patchbay etcd invite' has made it, and is damaged or was changed"
}

# What is in it is looked at before the first of it is put anywhere: a copy may have ended in the middle.
whole() {
	local each
	[[ $(invited ADDRESS) =~ ^[0-9a-f.:]+$ && $(invited TOKEN) =~ ^[A-Za-z0-9-]+$ &&
		$(invited NAME) =~ ^([A-Za-z0-9][A-Za-z0-9._-]{0,62})?$ &&
		$(invited ENDPOINTS) =~ ^https://[][0-9a-f.:]+:2379(,https://[][0-9a-f.:]+:2379)*$ ]] || return 1
	for each in $(invitation_files); do
		case $each in
		*.key) openssl pkey -in "$UNPACKED/$each" -noout 2>/dev/null || return 1 ;;
		*.pem) openssl x509 -in "$UNPACKED/$each" -noout 2>/dev/null || return 1 ;;
		esac
	done
	[[ -n $CLIENT_ONLY ]] || openssl x509 -in "$UNPACKED/member.pem" -noout -checkip "$(invited ADDRESS)" |
		grep -q 'does match'
}

# may_become WAS KIND: a host that only used the cluster may become a member of it.
may_become() {
	case $1-$2 in
	-*) ;;
	client-* | joined-joined) [[ $(kept TOKEN) == "$(invited TOKEN)" ]] ;;
	*) return 1 ;;
	esac
}

cmd_join() {
	need_root
	need_programs etcdctl openssl tar
	unpack
	local was
	was=$(kept KIND)
	may_become "$was" "$(invited KIND)" ||
		die "this host has a place in a cluster of etcd already ($OWN/member), and the invitation is for" \
			"another"
	ADDRESS=$(invited ADDRESS) TOKEN=$(invited TOKEN)
	NAME=$(kept NAME)
	NAME=${NAME:-$(invited NAME)}
	NAME=${NAME:-$(hostname)}
	same_as_kept DATA_DIR "$DATA_DIR" data-dir /var/lib/etcd/patchbay
	if [[ -n $CLIENT_ONLY ]]; then join_as_client; else join_as_member; fi
	settings_lines
}

join_as_client() {
	place "$(invited KIND)"
	members "$(known_endpoints)" >/dev/null || die "etcd does not answer at $(known_endpoints)"
	say "this host may use etcd at $(known_endpoints), and has no member of it"
}

join_as_member() {
	need_programs etcd ip ss
	need_own_address "$ADDRESS"
	refuse_foreign_etcd
	place "$(invited KIND)"
	member_key_for_etcd
	own_member_answers || enter "$(invited ENDPOINTS)"
	say "etcd runs on this host as member $NAME at $(client_url "$ADDRESS")"
	say "On the hosts that were there before, when it suits: sudo patchbay etcd status --write." \
		"It names this member in their settings; their daemons find it without."
}

# place KIND: the invitation's files, where they belong. Keys before certificates: a certificate says that all is there.
place() {
	local each
	local verified
	for each in $(invitation_files); do
		[[ $each == *.pem && $each != ca.pem ]] || continue
		verified=$(openssl verify -CAfile "$UNPACKED/ca.pem" "$UNPACKED/$each" 2>&1) ||
			die "file = \"$FILE\": must be valid today, and is not: $(grep -m 1 -i error <<<"$verified");" \
				"is the clock of this host ($(date -u)) right?"
		fits "$UNPACKED/${each%.pem}" "$UNPACKED/ca.pem" ||
			die "file = \"$FILE\": must be as 'patchbay etcd invite' has made it, and $each" \
				"is not of its key"
	done
	refuse_older
	ENDPOINTS=$(invited ENDPOINTS)
	keep "$1"
	for each in $(invitation_files); do
		case $each in
		*.key) atomically "$OWN/$each" 0600 <"$UNPACKED/$each" ;;
		*.pem) atomically "$OWN/$each" 0644 <"$UNPACKED/$each" ;;
		esac
	done
}

# An invitation from before a renewal would bring the old certificates back.
refuse_older() {
	local here there
	fits "$OWN/client" "$UNPACKED/ca.pem" || return 0
	here=$(date -d "$(openssl x509 -in "$OWN/client.pem" -noout -enddate | cut -d= -f2)" +%s)
	there=$(date -d "$(openssl x509 -in "$UNPACKED/client.pem" -noout -enddate | cut -d= -f2)" +%s)
	((there >= here)) ||
		die "file = \"$FILE\": must not be older than what this host has, whose certificates were" \
			"renewed since; invite it anew"
}

# enter ENDPOINTS: into the cluster as a member, from wherever an earlier try has come to. First as a learner, who has
# no vote: a cluster of one would wait for a second member that never came, and could not even be told to forget it.
enter() {
	local there=$1 peer name all
	peer=$(peer_url "$ADDRESS")
	# one that was a member before may be needed for the majority that answers
	if [[ -d $DATA_DIR/member ]] && defaults_are_ours && ! was_removed "$there" "$peer"; then start_etcd; fi
	name=$(member_at "$there" "$peer")
	refuse_taken_name "$there" "$peer"
	case $name in
	'')
		if [[ -d $DATA_DIR/member ]]; then
			was_removed "$there" "$peer" ||
				die "$DATA_DIR has a member's data, and nobody with a majority says whether it was" \
					"removed: a majority of $there must be up"
			put_data_away
		fi
		wait_until 30 added "$there" "$peer" || die "the cluster at $there does not take another member: $ADDED"
		;;
	-) ;;
	*)
		[[ -d $DATA_DIR/member ]] || die "$(lost_member_advice "$name")"
		;;
	esac
	all=$(initial_cluster "$there" "$peer")
	write_defaults existing "$all"
	start_etcd
	wait_until 60 promoted "$there" "$peer" ||
		die "the cluster does not make $NAME a full member within 60 s: $ADDED"
	await_majority
}

# Refused until it has all that the others have.
promoted() {
	local id learner
	read -r id learner < <(members "$1" | awk -v peer="$2" '$4 == peer {print $1, $6}') || return 1
	[[ $learner == true ]] || return 0
	ADDED=$(ctl "$1" member promote "$id" 2>&1) || {
		ADDED=$(tail -n 1 <<<"$ADDED")
		return 1
	}
}

# The name of the member with that peer URL, - when it has never run, nothing when there is none.
member_at() {
	local list
	list=$(members_or_die "$1")
	awk -v peer="$2" '$4 == peer {print $3}' <<<"$list"
}

refuse_taken_name() {
	[[ -z $(members "$1" | awk -v peer="$2" -v name="$NAME" '$4 != peer && $3 == name') ]] ||
		die "name = \"$NAME\": must be this host's alone, and a member at another address has it;" \
			"if that one is gone for good, or was this host's when it had another address:" \
			"'patchbay etcd remove $NAME' on another host; else remove $OWN/member, and give" \
			"invite another --name"
}

# One learner at a time; and a member that has just come makes the others refuse the next one for a moment.
added() {
	ADDED=$(ctl "$1" member add "$NAME" --learner --peer-urls "$2" 2>&1) || {
		ADDED=$(tail -n 1 <<<"$ADDED")
		# etcd has taken it, and its answer was lost
		[[ $(members "$1" | awk -v peer="$2" '$4 == peer {print $3}') == - ]]
	}
}

# All members with their peers' URLs, as etcd wants to be told them once.
initial_cluster() {
	members "$1" | awk -v own="$2" -v name="$NAME" '
		$4 == own { printf "%s%s=%s", sep, name, $4; sep = "," }
		$4 != own && $3 != "-" { printf "%s%s=%s", sep, $3, $4; sep = "," }'
}
