# shellcheck shell=bash
# Sourced by lab: images made from the machine's own programs, because no registry can be reached from the hosts.

# A busybox that needs no libraries. Debian's package of it pushes out the ordinary busybox, so where that one is
# installed only the program is taken from the package, into the cache.
static_busybox() {
	local path
	path=$(command -v busybox) || true
	if [[ -n $path ]] && ! ldd "$path" >/dev/null 2>&1; then
		echo "$path"
		return
	fi
	[[ -x $LAB_CACHE/busybox ]] || fetch_busybox
	echo "$LAB_CACHE/busybox"
}

fetch_busybox() (
	mkdir -p "$LAB_CACHE"
	work=$(mktemp -d "$LAB_CACHE/.busybox.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	chmod 755 "$work"
	cd "$work" || exit
	echo "lab: fetching busybox-static" >&2
	apt-get -q download -o APT::Sandbox::User=root busybox-static >log 2>&1 ||
		{ apt-get -q update && apt-get -q download -o APT::Sandbox::User=root busybox-static; } >log 2>&1 ||
		die "busybox-static cannot be fetched: $(tail -n 1 log)"
	dpkg-deb -x busybox-static_*.deb root
	mv "$(find root -name busybox -type f -perm -u+x -print -quit)" "$LAB_CACHE/busybox"
)

make_busybox_root() {
	local root=$1
	mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,root,usr/bin,usr/sbin,var/run,www}
	cp "$(static_busybox)" "$root/bin/busybox"
	chroot "$root" /bin/busybox --install -s /bin
	# Debian's static busybox crashes in wget: better not there than that
	rm -f "$root/bin/wget"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'root:x:0:' >"$root/etc/group"
	echo 'a container on the LAN' >"$root/www/index.html"
}

make_images() {
	local root lib
	[[ ! -s $LAB_DIR/busybox.tar ]] || return 0
	root=$(mktemp -d "$LAB_DIR/.image.XXXXXX")
	make_busybox_root "$root"
	tar -C "$root" -cf "$LAB_DIR/busybox.tar.new" .
	if [[ " $LAB_IMAGES " == *' iperf3 '* ]] && command -v iperf3 >/dev/null; then
		cp "$(command -v iperf3)" "$root/usr/bin/"
		while read -r lib; do
			mkdir -p "$root/${lib%/*}"
			cp -L "$lib" "$root/$lib"
		done < <(ldd "$(command -v iperf3)" | grep -o '/[^ ]*')
		tar -C "$root" -cf "$LAB_DIR/iperf3.tar" .
	fi
	rm -rf "$root"
	mv "$LAB_DIR/busybox.tar.new" "$LAB_DIR/busybox.tar"
}

load_images() {
	local n=$1 name
	for name in busybox iperf3; do
		[[ -s $LAB_DIR/$name.tar ]] || continue
		docker_client "$n" image inspect "$name:lab" >/dev/null 2>&1 ||
			docker_client "$n" import -c 'CMD ["sh"]' "$LAB_DIR/$name.tar" "$name:lab" >/dev/null ||
			return 1
	done
}

# docker_client N ARGUMENTS...: the client that belongs to the host's engine, run on the machine itself, so that
# files named on the command line are the caller's.
docker_client() {
	local n=$1 dir client
	shift
	dir=$(host_dir "$n")
	client=$dir/bin/docker
	[[ -x $client ]] || client=$(command -v docker) ||
		die "there is no docker client on this machine (apt-get install docker.io)"
	env -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY \
		"DOCKER_HOST=unix://$dir/run/docker.sock" "DOCKER_CONFIG=$dir/client" "$client" "$@"
}
