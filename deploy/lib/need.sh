# shellcheck shell=bash
# Sourced. need PKG...: installs the Debian packages that are missing, and does nothing when all are there.
#
# Installing an engine must not start it: the lab has engines of its own, and a machine that had none before
# should not find one running afterwards. A policy-rc.d that refuses every start is in place while apt works;
# one that was there before is put back.

need_installed() {
	[[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

need() {
	local pkg
	local -a missing=()
	for pkg in "$@"; do
		need_installed "$pkg" || missing+=("$pkg")
	done
	((${#missing[@]})) || return 0
	if [[ $EUID -ne 0 ]]; then
		echo "These packages are missing and only root can install them: ${missing[*]}" >&2
		return 1
	fi
	if ! command -v apt-get >/dev/null; then
		echo "These packages are missing and this machine has no apt-get to install them with:" \
			"${missing[*]}" >&2
		return 1
	fi
	echo "Installing with apt: ${missing[*]}" >&2
	need_install "${missing[@]}"
}

# In a subshell, so that the trap that puts policy-rc.d back is its own.
need_install() (
	policy=/usr/sbin/policy-rc.d
	saved=
	if [[ -e $policy || -L $policy ]]; then
		saved=$(mktemp "$policy.XXXXXX") || exit 1
		mv "$policy" "$saved" || exit 1
	fi
	# shellcheck disable=SC2317
	restore() {
		rm -f "$policy"
		[[ -z $saved ]] || mv "$saved" "$policy"
	}
	trap restore EXIT
	trap 'exit 130' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	export DEBIAN_FRONTEND=noninteractive
	log=$(mktemp) || exit 1
	if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		echo "apt could not install: $* (its last lines are above)" >&2
		exit 1
	fi
	rm -f "$log"
)
