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
	openssl req -x509 -new -sha256 -days "$AUTHORITY_DAYS" -key "$OWN/ca.key" -subj "/CN=$TOKEN" \
		-config <(openssl_settings) -extensions authority | atomically "$OWN/ca.pem" 0644
}

need_authority() {
	[[ -s $OWN/ca.key && -s $OWN/ca.pem ]] ||
		die "$OWN/ca.key is not on this host, so it cannot sign certificates;" \
			"give the command on the host where 'patchbay etcd init' was given"
}

# sign KIND NAME KEY NAMES: prints a certificate.
sign() {
	openssl req -new -sha256 -key "$3" -subj "/CN=$2" -config <(openssl_settings) |
		openssl x509 -req -sha256 -days "$CERTIFICATE_DAYS" -CA "$OWN/ca.pem" -CAkey "$OWN/ca.key" \
			-set_serial "0x$(openssl rand -hex 16)" \
			-extfile <(openssl_settings "$4") -extensions "$1" 2>/dev/null
}

# make_certificate FOLDER FILE KIND NAME [NAMES]
make_certificate() {
	fits "$1/$2" && return 0
	make_key "$1/$2.key"
	sign "$3" "$4" "$1/$2.key" "${5:-}" | atomically "$1/$2.pem" 0644
}

# Whether a certificate is that of the key beside it, and signed by the authority.
fits() {
	[[ -s $1.pem && -s $1.key ]] &&
		cmp -s <(openssl x509 -in "$1.pem" -noout -pubkey) <(openssl pkey -in "$1.key" -pubout) &&
		openssl verify -CAfile "$OWN/ca.pem" "$1.pem" >/dev/null 2>&1
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
