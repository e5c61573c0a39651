# shellcheck shell=bash
# Sourced by build: the Java runtime, with only the modules needed, and its class archives.
# shellcheck disable=SC2154

# What the jars name but Patchbay never reaches.
unneeded_modules() {
	cat <<-'TEXT'
		java.desktop   annotations of java.beans, which Jackson does without; Micrometer wants it for Log4j
		java.compiler  Vert.x compiles verticles from source text when it is given some
	TEXT
}

# What no jar names but the JDK finds by itself when it is there.
found_modules() {
	cat <<-'TEXT'
		jdk.crypto.ec  TLS to etcd with keys on elliptic curves
		jdk.random     RandomGenerator.getDefault is an algorithm of it
	TEXT
}

# For programs that end before C2 could make them faster.
short_lived=(-J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC)

# One module a line. jdeps says "not found" for what jars of the class path want optionally.
needed_modules() {
	local unneeded found
	unneeded=$(unneeded_modules | awk '{ print $1 }')
	found=$("$jdk/bin/jdeps" "${short_lived[@]}" -s --ignore-missing-deps --multi-release 17 \
		"$dist"/lib/*.jar 2>&1) || {
		echo "$found" >&2
		die "jdeps failed (see above)"
	}
	{
		awk '$NF ~ /^(java|jdk)\.[a-z.]+$/ { print $NF }' <<<"$found" | grep -vxF "$unneeded"
		found_modules | awk '{ print $1 }'
	} | sort -u
}

make_runtime() {
	local folder=$1 modules
	modules=$(needed_modules | paste -sd ,) || exit
	[[ $modules == *java.base* ]] || die "jdeps does not say which modules the jars need"
	mkdir -p "${folder%/*}"
	"$jdk/bin/jlink" "${short_lived[@]}" --module-path "$target_jdk/jmods" --add-modules "$modules" \
		--strip-java-debug-attributes --compress=2 --no-header-files --no-man-pages --output "$folder" ||
		die "jlink failed (see above)"
	find "$folder/bin" -type f ! -name java -delete
	rm -rf "$folder/legal"
	strip_symbols "$folder/lib/server/libjvm.so"
	# a link to the machine's own certificates, in Debian's JDK
	if [[ -L $folder/lib/security/cacerts ]]; then
		cp --remove-destination -L "$target_jdk/lib/security/cacerts" "$folder/lib/security/cacerts"
	fi
}

# Names of functions, 3 MB, that only a debugger reads.
strip_symbols() {
	local strip=strip
	[[ $arch == "$own" ]] || strip=$(triplet)-strip
	! command -v "$strip" >/dev/null || "$strip" --strip-unneeded "$1"
}

# in_root COMMAND...: in the plugin's root, with /proc and /dev. Root's rights or a user namespace.
in_root() {
	local -a more=()
	((EUID == 0)) || more=(--map-root-user)
	# shellcheck disable=SC2016
	unshare "${more[@]}" --mount --pid --fork --kill-child sh -c '
		set -e
		root=$1
		shift
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" "$@"' sh "$root" "$@"
}

# The JDK's own archive, and on top of it that of our classes, made by a short life of the daemon in the place where it
# will run: archives are good for one runtime and one place of the jars.
make_archives() {
	local log=$new/log
	in_root /opt/jre/bin/java -XX:+UseSerialGC -Xshare:dump >"$log" 2>&1 ||
		{ cat "$log" >&2; die "the runtime's class archive cannot be made"; }
	in_root /opt/jre/bin/java -XX:ArchiveClassesAtExit=/opt/patchbay/lib/patchbay.jsa \
		@/opt/patchbay/lib/java.flags @/opt/patchbay/lib/plugin.flags \
		io.patchbay.daemon.Main rehearse --directory /tmp/rehearsal \
		>"$log" 2>&1 ||
		{ cat "$log" >&2; die "the daemon does not run in the plugin's root"; }
	[[ -s $root/opt/patchbay/lib/patchbay.jsa ]] || { cat "$log" >&2; die "the class archive was not made"; }
	echo '-XX:SharedArchiveFile=/opt/patchbay/lib/patchbay.jsa' >>"$root/opt/patchbay/lib/plugin.flags"
	rm -rf "$log" "$root/tmp/rehearsal"
}
