# shellcheck shell=bash
# Sourced by etcd: etcd's settings and life on this host, and the daemon's settings.

MARK='# Written by patchbay etcd.'

defaults_are_ours() { [[ -e $DEFAULTS ]] && grep -qxF "$MARK" "$DEFAULTS"; }

# An etcd that somebody uses for something is not taken from him.
refuse_foreign_etcd() {
	local set port taken keys
	defaults_are_ours && return 0
	refuse_data_folder
	if [[ -e $DEFAULTS ]]; then
		set=$(awk '/^[ \t]*(ETCD_|DAEMON_ARGS)/ && !/ETCD_UNSUPPORTED_ARCH/ { print; exit }' "$DEFAULTS")
		[[ -z $set ]] ||
			die "$DEFAULTS says '$set': must be as the package leaves it, or it is another cluster's;" \
				"name that one in store= instead, or put the file away"
	fi
	if debians_etcd_answers; then
		keys=$(timeout 10 etcdctl --endpoints http://127.0.0.1:2379 get '' --prefix --keys-only --limit 1) ||
			die "the etcd on this host does not tell at http://127.0.0.1:2379 whether it has keys"
		[[ -z $keys ]] ||
			die "the etcd on this host has keys: must have none, or it is used for something;" \
				"name it in store= instead, or remove its data from $DEBIANS_DATA"
		return 0
	fi
	refuse_data "$DEBIANS_DATA"
	for port in 2379 2380; do
		taken=$(ss -Hltn "sport = :$port") || true
		[[ -z $taken ]] || die "port $port of this host: must be free, and another program listens there"
	done
}

debians_etcd_answers() {
	[[ -n $(ss -Hltn 'sport = :2379') ]] || return 1
	timeout 5 etcdctl --endpoints http://127.0.0.1:2379 endpoint health >/dev/null 2>&1
}

# The folder for the data becomes etcd's alone, so it must be nobody's.
refuse_data_folder() {
	[[ ! -e $DATA_DIR || (-d $DATA_DIR && -z $(ls -A "$DATA_DIR")) ]] ||
		die "data-dir = \"$DATA_DIR\": must be an empty folder or not be there; remove what is in it," \
			"or name another"
}

# Of an etcd that does not run, by its file; one that was started once and never used is at revision 0.
refuse_data() {
	local db=$1/member/snap/db revision
	[[ -e $db ]] || return 0
	revision=$(timeout 10 etcdctl snapshot status "$db" -w json 2>/dev/null |
		grep -oE '"revision":[0-9]+') || revision=unknown
	[[ $revision =~ :[01]$ ]] ||
		die "$1 has data of an etcd that was used: must have none; name that etcd in store= instead, or" \
			"remove the folder"
}

# write_defaults new|existing MEMBERS: what Debian's unit gives to etcd. What was there before is kept beside it.
write_defaults() {
	if [[ -e $DEFAULTS && ! -e $DEFAULTS.before-patchbay ]] && ! defaults_are_ours; then
		cp -p "$DEFAULTS" "$DEFAULTS.new"
		mv "$DEFAULTS.new" "$DEFAULTS.before-patchbay"
	fi
	install -d -m 0755 "${DEFAULTS%/*}"
	# the folder above may be another etcd's, which others cannot enter
	install -d -m 0700 -o etcd -g etcd "$DATA_DIR"
	if [[ $1 == new ]] && lost_its_data; then die "$(lost_member_advice "$NAME")"; fi
	defaults_text "$@" | atomically "$DEFAULTS" 0644
}

defaults_text() {
	local client peer
	client=$(client_url "$ADDRESS") peer=$(peer_url "$ADDRESS")
	cat <<-TEXT
		$MARK
		# What was here before is in $DEFAULTS.before-patchbay. Nothing listens without TLS, and nobody gets in
		# without a certificate: neither clients nor members.
		ETCD_NAME=$NAME
		ETCD_DATA_DIR=$DATA_DIR
		ETCD_LISTEN_CLIENT_URLS=$client,https://127.0.0.1:2379
		ETCD_ADVERTISE_CLIENT_URLS=$client
		ETCD_LISTEN_PEER_URLS=$peer
		ETCD_INITIAL_ADVERTISE_PEER_URLS=$peer
		ETCD_INITIAL_CLUSTER=$2
		ETCD_INITIAL_CLUSTER_STATE=$1
		ETCD_INITIAL_CLUSTER_TOKEN=$TOKEN
		ETCD_TRUSTED_CA_FILE=$OWN/ca.pem
		ETCD_CERT_FILE=$OWN/member.pem
		ETCD_KEY_FILE=$OWN/member.key
		ETCD_CLIENT_CERT_AUTH=true
		ETCD_PEER_TRUSTED_CA_FILE=$OWN/ca.pem
		ETCD_PEER_CERT_FILE=$OWN/member.pem
		ETCD_PEER_KEY_FILE=$OWN/member.key
		ETCD_PEER_CLIENT_CERT_AUTH=true
		# a daemon's certificate is of the same authority, and must not pass for a member
		ETCD_PEER_CERT_ALLOWED_CN=$MEMBER_CN
		# a member with several addresses, or of both families, connects from another than its certificate names
		ETCD_EXPERIMENTAL_PEER_SKIP_CLIENT_SAN_VERIFICATION=true
		ETCD_AUTO_COMPACTION_MODE=periodic
		ETCD_AUTO_COMPACTION_RETENTION=1h
		ETCD_LOGGER=zap
	TEXT
	# the processors that etcd 3.4 starts on only when it is told to
	case $(uname -m) in
	x86_64) ;;
	aarch64) echo ETCD_UNSUPPORTED_ARCH=arm64 ;;
	esac
}

# Started if it does not run as ours. By systemd, else by the package's init script; without both by a person.
start_etcd() {
	local -a by
	if [[ -d /run/systemd/system ]]; then
		systemctl enable --quiet etcd.service
		by=(systemctl --no-block)
	elif [[ -x /etc/init.d/etcd && -x /lib/init/init-d-script ]]; then
		by=(started_by_script)
	elif ! own_member_runs; then
		die "etcd does not run, and there is no systemd here to start it. Start it, then give this command" \
			"again: setpriv --reuid etcd --regid etcd --clear-groups env \$(grep -v '^#' $DEFAULTS) etcd"
	else
		return 0
	fi
	own_member_runs || "${by[@]}" restart etcd
	wait_until 60 own_member_runs || die "etcd on this host does not answer within 60 s at" \
		"$(client_url "$ADDRESS"); its log (journalctl -u etcd) says why"
}

await_majority() {
	wait_until 60 own_member_answers || die "etcd on this host runs, and has no majority of its cluster within" \
		"60 s: the members must reach each other at port 2380"
}

started_by_script() { /etc/init.d/etcd "$1" >/dev/null 2>&1 </dev/null || true; }

# settings_lines: what the daemon is to be told, written with --write and said otherwise.
settings_lines() {
	local store line
	ENDPOINTS=$(member_endpoints)
	store=etcd:$ENDPOINTS
	remember "$ENDPOINTS"
	local -a lines=("store=$store" "etcd-ca=$OWN/ca.pem" "etcd-cert=$OWN/client.pem" "etcd-key=$OWN/client.key")
	if [[ -z $WRITE ]]; then
		say "For $CONFIG (or give the command again with --write):"
		for line in "${lines[@]}"; do say "  $line"; done
	elif write_settings "${lines[@]}"; then
		say "$CONFIG is written (before: $CONFIG.before-etcd). Now: systemctl restart patchbay"
	else
		say "$CONFIG says so already"
	fi
}

# write_settings KEY=VALUE...: a line of a key takes the place of its old one, else it stands behind the key's example,
# else at the end. All other lines stay. False when nothing changed.
write_settings() {
	local new
	# it is called in a condition, where nothing ends the command that is not said to
	install -d -m 0755 "$(dirname "$CONFIG")" || die "$CONFIG cannot be written"
	[[ -e $CONFIG ]] || (umask 022 && : >"$CONFIG") || die "$CONFIG cannot be written"
	new=$(mktemp "$CONFIG.XXXXXX") || die "$CONFIG cannot be written"
	cp -p "$CONFIG" "$new" || not_written "$new"
	printf '%s\n' "$@" | awk '
		NR == FNR { at = index($0, "="); order[++n] = substr($0, 1, at - 1); line[order[n]] = $0; next }
		{ all[++rows] = $0 }
		END {
			for (i = 1; i <= rows; i++) {
				key = all[i]; sub(/^[ \t]+/, "", key); set = key !~ /^[#!]/; sub(/^[#!][ \t]*/, "", key)
				if (match(key, /[ \t=:]/)) key = substr(key, 1, RSTART - 1)
				where[i] = key
				if (set && key in line) last[key] = i
				if (!set && key in line && !(key in example)) example[key] = i
				is_set[i] = set
			}
			for (i = 1; i <= rows; i++) {
				key = where[i]
				if (is_set[i] && key ~ /^etcd-(user|password-file)$/) { print "#" all[i]; continue }
				if (is_set[i] && key in line) {
					if (last[key] == i) print line[key]
					# a value goes on in the next line
					while (all[i] ~ /\\$/ && i < rows) i++
					continue
				}
				print all[i]
				if (key in line && !(key in last) && example[key] == i) print line[key]
			}
			for (i = 1; i <= n; i++) if (!(order[i] in last) && !(order[i] in example)) print line[order[i]]
		}' - "$CONFIG" >"$new" || not_written "$new"
	if cmp -s "$new" "$CONFIG"; then
		rm "$new"
		return 1
	fi
	[[ -e $CONFIG.before-etcd ]] || cp -p "$CONFIG" "$CONFIG.before-etcd" || not_written "$new"
	mv "$new" "$CONFIG" || not_written "$new"
}

not_written() {
	rm -f "$1"
	die "$CONFIG cannot be written, and is as it was"
}
