# shellcheck shell=bash
# Sourced by etcd: the authority and what it signs. One authority for all; what a certificate may do is its name:
#   patchbay-member  a member, to clients and to other members; no user of etcd has that name
#   patchbay         the daemon, a user who may read and write below /patchbay/
#   root             who changes members and users; used by these commands alone
# shellcheck disable=SC2034

MEMBER_CN=patchbay-member
AUTHORITY_DAYS=7300
# Renewed by hand, so it must be seldom; status tells when it is time.
CERTIFICATE_DAYS=1825
# They begin the day before: a host whose clock is behind is to take one that was made a moment ago.
BEGINS='-1 day'

# As a file, or what openssl's own says would be put in.
openssl_settings() {
	cat <<-TEXT
		[req]
		distinguished_name = none
		[none]
		[authority]
		basicConstraints = critical, CA:TRUE, pathlen:0
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		[ca]
		default_ca = signing
		[signing]
		database = $SIGNING/index
		rand_serial = yes
		new_certs_dir = $SIGNING
		default_md = sha256
		policy = any
		unique_subject = no
		[any]
		commonName = supplied
		[member]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		extendedKeyUsage = serverAuth, clientAuth
		subjectAltName = ${1:-DNS:none}
		[client]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		extendedKeyUsage = clientAuth
	TEXT
}

# make_key FILE: complete or not there.
make_key() {
	! openssl pkey -in "$1" -noout 2>/dev/null || return 0
	(umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null) |
		(umask 077 && atomically "$1" 0600)
}

make_authority() {
	[[ ! -s $OWN/ca.pem ]] || return 0
	make_key "$OWN/ca.key"
	signed "$OWN/ca.key" "/CN=$TOKEN" '' -selfsign -keyfile "$OWN/ca.key" -days "$AUTHORITY_DAYS" \
		-extensions authority | atomically "$OWN/ca.pem" 0644
}

# signed KEY SUBJECT NAMES ARGUMENT...: prints a certificate of the key; the arguments say who signs it, and how.
# 'openssl ca' and not 'openssl x509', which cannot say when it begins.
signed() {
	local SIGNING failed=''
	SIGNING=$(mktemp -d)
	: >"$SIGNING/index"
	openssl req -new -sha256 -key "$1" -subj "$2" -config <(openssl_settings) -out "$SIGNING/request"
	openssl ca -batch -notext -startdate "$(date -u -d "$BEGINS" +%y%m%d%H%M%SZ)" \
		-config <(openssl_settings "$3") "${@:4}" -in "$SIGNING/request" 2>"$SIGNING/said" || failed=1
	if [[ -n $failed ]]; then cat "$SIGNING/said" >&2; fi
	rm -rf "$SIGNING"
	[[ -z $failed ]]
}

need_authority() {
	[[ -s $OWN/ca.key && -s $OWN/ca.pem ]] ||
		die "$OWN/ca.key is not on this host, so it cannot sign certificates;" \
			"give the command on the host where 'patchbay etcd init' was given"
}

# sign KIND NAME KEY NAMES: prints a certificate.
sign() {
	signed "$3" "/CN=$2" "$4" -cert "$OWN/ca.pem" -keyfile "$OWN/ca.key" -days "$CERTIFICATE_DAYS" -extensions "$1"
}

# make_certificate FOLDER FILE KIND NAME [NAMES]
make_certificate() {
	[[ -z $RENEW ]] && fits "$1/$2" "$OWN/ca.pem" && return 0
	make_key "$1/$2.key"
	sign "$3" "$4" "$1/$2.key" "${5:-}" | atomically "$1/$2.pem" 0644
}

# fits FILE AUTHORITY: whether a certificate is that of the key beside it, signed by the authority, and valid today.
fits() {
	[[ -s $1.pem && -s $1.key ]] &&
		cmp -s <(openssl x509 -in "$1.pem" -noout -pubkey 2>&1) \
			<(openssl pkey -in "$1.key" -pubout 2>/dev/null) &&
		openssl verify -CAfile "$2" "$1.pem" >/dev/null 2>&1
}

# Where a member is reached, as its certificate says it.
member_names() {
	local names="IP:$ADDRESS,IP:127.0.0.1,IP:::1,DNS:localhost"
	[[ ! $NAME =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || names+=",DNS:$NAME"
	echo "$names"
}

# make_certificates FOLDER: those of a member, or of a host that only uses etcd.
make_certificates() {
	make_certificate "$1" client client patchbay
	[[ -z $CLIENT_ONLY ]] || return 0
	make_certificate "$1" admin client root
	make_certificate "$1" member member "$MEMBER_CN" "$(member_names)"
}

make_own_certificates() {
	make_certificates "$OWN"
	member_key_for_etcd
}

# etcd does not run as root.
member_key_for_etcd() {
	chown root:etcd "$OWN/member.key" 2>/dev/null ||
		die "there is no group etcd on this host: apt-get install etcd-server"
	chmod 0640 "$OWN/member.key"
}

# days_left FILE
days_left() {
	local end
	end=$(openssl x509 -in "$1" -noout -enddate) && end=$(date -d "${end#*=}" +%s) || return 1
	echo $(((end - $(date +%s)) / 86400))
}
