# shellcheck shell=bash
# Sourced by lab: engines other than the machine's own, from Debian's archive. A root is a plain folder with the
# packages and what they depend on, unpacked and not configured: no debootstrap, nothing installed on the machine.

# Engine version, Debian release that had it when this was written.
engine_suite() {
	case $1 in
	20.10) echo bookworm ;;
	26.1) echo trixie ;;
	*) echo sid ;;
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
	(($# == 1)) || usage_error "engine takes a version, as in 26.1"
	[[ $1 =~ ^[0-9]+\.[0-9]+$ ]] || usage_error "'$1' is not an engine version; two numbers are, as in 26.1"
	make_engine "$1"
	engine_root "$1"
}

make_engine() {
	local version=$1 root suite
	root=$(engine_root "$version")
	[[ ! -e $root/.complete ]] || return 0
	suite=$(engine_suite "$version")
	mkdir -p "$LAB_CACHE" || die "cannot make the folder $LAB_CACHE"
	local fd
	exec {fd}<"$LAB_CACHE"
	flock "$fd"
	if [[ ! -e $root/.complete ]]; then
		(
			trap 'rm -rf "$root.new"' EXIT
			trap 'exit 130' INT TERM HUP
			make_engine_root "$version" "$suite" "$root.new"
			rm -rf "$root"
			mv "$root.new" "$root"
		)
	fi
	exec {fd}<&-
}

make_engine_root() {
	local version=$1 suite=$2 root=$3 home found extra
	home=$root/.apt
	rm -rf "$root"
	mkdir -p "$home"/{etc/apt.conf.d,etc/preferences.d,etc/sources.list.d,lists/partial,cache/archives/partial}
	: >"$home/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${LAB_MIRROR:-http://deb.debian.org/debian} $suite main" \
		>"$home/etc/sources.list"
	echo "lab: engine $version: reading the list of Debian $suite" >&2
	private_apt "$home" apt-get update >"$home/log" 2>&1 || { tail -n 5 "$home/log" >&2; die "Debian's archive does not answer"; }
	found=$(private_apt "$home" apt-cache policy docker.io | awk '$1 == "Candidate:" {print $2}')
	[[ ${found#*:} == "$version".* ]] ||
		die "Debian $suite has engine ${found:-none} now, not $version; 'lab engine $(cut -d. -f1,2 <<<"${found#*:}")' makes that one"
	echo "lab: engine $version: fetching $found and what it needs" >&2
	local -a packages=(docker.io iptables iproute2 etcd-server etcd-client ca-certificates procps pigz)
	for extra in docker-cli docker-compose; do
		# Debian 12 has the client inside docker.io, and a compose in Python
		[[ $suite == bookworm ]] || packages+=("$extra")
	done
	private_apt "$home" apt-get install -y --no-install-recommends --download-only "${packages[@]}" >"$home/log" 2>&1 </dev/null ||
		{ tail -n 5 "$home/log" >&2; die "the packages of engine $version cannot be fetched"; }
	echo "lab: engine $version: unpacking" >&2
	mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,etc/docker,proc,sys,dev,run,tmp,var/tmp,var/lib,root,home,.old}
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
	touch "$root/.complete"
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
	for loader in "$root"/usr/lib64/ld-linux-*.so.* "$root"/usr/lib/ld-linux-*.so.*; do [[ -e $loader ]] && break; done
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
		unshare --mount --propagation unchanged "$LIB/engine-root" "$(engine_root "$ENGINE")" "$dir" "$LAB_DIR" {LOCK_FD}<&-)
	if pid=$(outer_pid "$init" "$inner") && record_pid "$dir/root.pid" "$pid"; then
		wait_until 10 test -e "$dir/root.ready" -o ! -d "/proc/$pid" || true
	fi
	[[ -e $dir/root.ready ]] || { cat "$dir/init.log" >&2; die "host $n cannot use the root of engine $ENGINE, see above"; }
}
