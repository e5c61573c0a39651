# shellcheck shell=bash
# Sourced by lab: engines other than the machine's own, from Debian's archive. A root is a plain folder with the
# packages and what they depend on, unpacked and not configured: no debootstrap, nothing installed on the machine.

# The releases that may have an engine, the likeliest first. A stable release keeps its engine; what testing and
# unstable have changes on any day, so that "newest" is whatever they have.
engine_suites() {
	case $1 in
	20.10) echo "${LAB_SUITES:-bookworm}" ;;
	26.1) echo "${LAB_SUITES:-trixie}" ;;
	*) echo "${LAB_SUITES:-sid testing trixie}" ;;
	esac
}

engine_root() { echo "$LAB_CACHE/engine-$1"; }

local_engine_version() {
	local version
	version=$(dockerd --version 2>/dev/null) || return 1
	[[ $version =~ version\ ([0-9]+\.[0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

private_apt() {
	local home=$1
	shift
	"$1" -q -o Dir::Etc="$home/etc" -o Dir::State::lists="$home/lists" \
		-o Dir::State::status="$home/status" -o Dir::Cache="$home/cache" -o Acquire::Languages=none \
		-o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root -o Debug::NoLocking=1 "${@:2}"
}

cmd_engine() {
	(($# == 1)) || [[ $# == 2 && ( $2 == --version || $2 == --find ) ]] ||
		usage_error "engine takes a version, as in 26.1, or newest, and at most --version or --find"
	[[ $1 =~ ^([0-9]+\.[0-9]+|newest)$ ]] ||
		usage_error "'$1' is not an engine version; two numbers are, as in 26.1, or newest"
	if [[ ${2:-} == --find ]]; then
		find_engine "$1"
		return
	fi
	make_engine "$1"
	if [[ ${2:-} == --version ]]; then cat "$(engine_root "$1")/.complete"; else engine_root "$1"; fi
}

# find_engine VERSION: what Debian's archive has of it now, as "VERSION SUITE".
find_engine() {
	local suite found home
	home=$(mktemp -d) || die "cannot make a folder for the lists of packages"
	for suite in $(engine_suites "$1"); do
		if found=$(engine_candidate "$1" "$suite" "$home"); then break; fi
	done
	rm -rf "$home"
	[[ -n ${found:-} ]] || die "engine $1 is in none of Debian's releases $(engine_suites "$1")"
	echo "$found $suite"
}

# A root is kept. The newest one is made anew after a week; where that fails, the old one is as good as before.
make_engine() {
	local version=$1 root suite fd
	root=$(engine_root "$version")
	! is_fresh "$version" "$root" || return 0
	mkdir -p "$LAB_CACHE" || die "cannot make the folder $LAB_CACHE"
	exec {fd}<"$LAB_CACHE"
	flock "$fd"
	if ! is_fresh "$version" "$root"; then
		for suite in $(engine_suites "$version"); do
			# in the background, because a failure inside of a condition would be passed over
			(
				trap 'rm -rf "$root.new"' EXIT
				trap 'exit 130' INT TERM HUP
				make_engine_root "$version" "$suite" "$root.new"
				rm -rf "$root"
				mv "$root.new" "$root"
			) &
			if wait $!; then break; fi
		done
	fi
	exec {fd}<&-
	[[ -e $root/.complete ]] ||
		die "engine $version cannot be had: none of Debian's releases $(engine_suites "$version") gives it"
	is_fresh "$version" "$root" ||
		echo "lab: engine $version: nothing newer can be had, $(<"$root/.complete") is kept" >&2
}

is_fresh() {
	[[ -e $2/.complete ]] && [[ $1 != newest || -n $(find "$2/.complete" -mtime -7) ]]
}

# engine_candidate VERSION SUITE HOME: the version that the suite has, if it is one of these. apt works in HOME.
engine_candidate() {
	local version=$1 suite=$2 home=$3 found
	mkdir -p "$home"/{etc/apt.conf.d,etc/preferences.d,etc/sources.list.d,lists/partial,cache/archives/partial}
	: >"$home/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"${LAB_MIRROR:-http://deb.debian.org/debian} $suite main" \
		>"$home/etc/sources.list"
	echo "lab: engine $version: reading the list of Debian $suite" >&2
	private_apt "$home" apt-get update >"$home/log" 2>&1 ||
		{ tail -n 5 "$home/log" >&2; die "Debian's archive does not answer for $suite"; }
	found=$(private_apt "$home" apt-cache policy docker.io | awk '$1 == "Candidate:" {print $2}')
	[[ $found != "(none)" && ( $version == newest || ${found#*:} == "$version".* ) ]] ||
		die "Debian $suite has engine ${found:-none} now, not $version"
	echo "${found#*:}"
}

make_engine_root() {
	local version=$1 suite=$2 root=$3 home found extra
	home=$root/.apt
	rm -rf "$root"
	mkdir -p "$home"
	found=$(engine_candidate "$version" "$suite" "$home") || exit 1
	echo "lab: engine $version: fetching $found and what it needs" >&2
	local -a packages=(docker.io iptables iproute2 etcd-server etcd-client ca-certificates procps pigz)
	for extra in docker-cli docker-compose; do
		# Debian 12 has the client inside docker.io, and a compose in Python
		[[ $suite == bookworm ]] || packages+=("$extra")
	done
	private_apt "$home" apt-get install -y --no-install-recommends --download-only "${packages[@]}" \
		>"$home/log" 2>&1 </dev/null ||
		{ tail -n 5 "$home/log" >&2; die "the packages of engine $version cannot be fetched"; }
	echo "lab: engine $version: unpacking" >&2
	mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,etc/docker,var/tmp,var/lib} \
		"$root"/{proc,sys,dev,run,tmp,root,home,.old}
	ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root"
	ln -s ../run "$root/var/run"
	chmod 1777 "$root/tmp" "$root/var/tmp"
	# shellcheck disable=SC2016
	find "$home/cache/archives" -name '*.deb' -print0 | xargs -0 -n 1 -P "$(nproc)" bash -c '
		set -o pipefail
		dpkg-deb --fsys-tarfile "$1" | tar -x -C "$0" --keep-directory-symlink \
			--exclude="./usr/share/*" --exclude="./lib/systemd/*" --exclude="./usr/lib/systemd/*"' "$root"
	rm -rf "$home"
	finish_engine_root "$root"
	echo "$found of Debian $suite" >"$root/.complete"
}

# What the packages' scripts would have done, as far as an engine needs it.
finish_engine_root() {
	local root=$1 tool
	for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
		[[ -e $root/usr/sbin/$tool ]] || ln -s xtables-nft-multi "$root/usr/sbin/$tool"
	done
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\ndocker:x:999:\n' >"$root/etc/group"
	printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
	touch "$root/etc/hosts" "$root/etc/resolv.conf" "$root/etc/machine-id"
	cp "$(static_busybox)" "$root/usr/bin/busybox"
	[[ -e $root/usr/bin/sh ]] || ln -s busybox "$root/usr/bin/sh"
}

# Programs of a root on the machine: by the root's own loader and libraries, so that they see the machine's files.
write_engine_clients() {
	local dir=$1 root loader name path lib
	root=$(engine_root "$ENGINE")
	for loader in "$root"/usr/lib64/ld-linux-*.so.* "$root"/usr/lib/ld-linux-*.so.*; do
		[[ -e $loader ]] && break
	done
	lib=$(dirname "$(find "$root/usr/lib" -name libc.so.6 -print -quit)")
	for name in docker etcdctl; do
		path=$root/usr/bin/$name
		[[ ! -e $path ]] || write_wrapper "$dir/bin/$name" "$loader" "$lib" "$path"
	done
	mkdir -p "$dir/client/cli-plugins"
	path=$(find "$root/usr/libexec" "$root/usr/lib/docker" -name docker-compose -print -quit 2>/dev/null)
	[[ -z $path ]] || write_wrapper "$dir/client/cli-plugins/docker-compose" "$loader" "$lib" "$path"
}

write_wrapper() {
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nexec %s --library-path %s --argv0 "$0" %s "$@"\n' "$2" "$3" "$4" >"$1"
	chmod 755 "$1"
}

# The engine's mount namespace: the root is really its /, and the host's /run, devices, disk and files are in it.
start_engine_root() {
	local n=$1 dir init inner pid
	dir=$(host_dir "$n")
	init=$(host_init "$n")
	rm -rf "$dir/root"
	mkdir -p "$dir/root"/{upper,work,merged}
	rm -f "$dir/root.ready"
	# shellcheck disable=SC2016
	inner=$(nsenter -t "$init" -m -u -i -n -p -- sh -c '
		setsid "$@" >/dev/null 2>>"$0" </dev/null &
		echo $!' "$dir/init.log" \
		unshare --mount --propagation unchanged \
		"$LIB/engine-root" "$(engine_root "$ENGINE")" "$dir" "$LAB_DIR" {LOCK_FD}<&-)
	if pid=$(outer_pid "$init" "$inner") && record_pid "$dir/root.pid" "$pid"; then
		wait_until 10 test -e "$dir/root.ready" -o ! -d "/proc/$pid" || true
	fi
	[[ -e $dir/root.ready ]] || {
		cat "$dir/init.log" >&2
		die "host $n cannot use the root of engine $ENGINE, see above"
	}
}
