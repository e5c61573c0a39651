# shellcheck shell=bash
# Sourced by test: Debian machines to install the package on, in the lab's cache. Each is made once, by debootstrap and
# its own apt, with what the package depends on fetched and not installed.

LAB_CACHE=${LAB_CACHE:-/var/cache/patchbay-lab}
# What a person finds on such a machine, and what the tests look with.
TOOLS=(man-db zsh bash-completion iproute2 procps)
# A machine with an engine, for a systemd to boot.
ENGINE=(docker.io systemd systemd-sysv iptables busybox-static curl)

suite_of() {
	case $1 in 12*) echo bookworm ;; 13*) echo trixie ;; esac
}

# debian_root RELEASE [docker]: makes it if it is not there.
debian_root() (
	release=$1 with=${2:-}
	root=$LAB_CACHE/debian-$release${with:+-$with}
	[[ ! -e $root/.complete ]] || return 0
	mkdir -p "$LAB_CACHE"
	exec {lock}<"$LAB_CACHE"
	flock "$lock"
	[[ ! -e $root/.complete ]] || return 0
	echo "deb: making a root of Debian $release${with:+ with $with}" >&2
	rm -rf "$root" "$root.new"
	trap 'rm -rf "$root.new"' EXIT
	trap 'exit 130' INT TERM HUP
	if [[ -z $with ]]; then
		debootstrap --variant=minbase "$(suite_of "$release")" "$root.new" \
			"${LAB_MIRROR:-http://deb.debian.org/debian}" >"$root.log" 2>&1 ||
			{ tail -n 5 "$root.log" >&2; exit 1; }
		rm -f "$root.log"
		printf '#!/bin/sh\nexit 101\n' >"$root.new/usr/sbin/policy-rc.d"
		chmod 755 "$root.new/usr/sbin/policy-rc.d"
		echo force-unsafe-io >"$root.new/etc/dpkg/dpkg.cfg.d/tests"
		root_apt "$root.new" update || exit 1
		root_apt "$root.new" install -y --no-install-recommends "${TOOLS[@]}" || exit 1
		root_apt "$root.new" clean
		root_apt "$root.new" install -y --no-install-recommends --download-only default-jre-headless || exit 1
	else
		cp -a "$LAB_CACHE/debian-$release" "$root.new"
		rm "$root.new/.complete"
		root_apt "$root.new" install -y --no-install-recommends "${ENGINE[@]}" || exit 1
		rm -f "$root.new/usr/sbin/policy-rc.d"
	fi
	: >"$root.new/etc/resolv.conf"
	touch "$root.new/.complete"
	mv "$root.new" "$root"
)

# In namespaces of its own but for the network, so that nothing started stays.
root_apt() {
	local root=$1
	shift
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
	# shellcheck disable=SC2016
	unshare --mount --propagation private --pid --fork --kill-child -- sh -c '
		mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
		DEBIAN_FRONTEND=noninteractive exec chroot "$0" apt-get -q -o Acquire::Languages=none "$@"' \
		"$root" "$@" >"$root/apt.log" 2>&1 </dev/null ||
		{ tail -n 5 "$root/apt.log" >&2; return 1; }
	rm -f "$root/apt.log"
}
