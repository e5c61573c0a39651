# shellcheck shell=bash
# Sourced by build: everything in the plugin's root but the Java runtime.
# shellcheck disable=SC2154

triplet() { echo "$(elf_arch)-linux-gnu"; }

loader() {
	case $arch in amd64) echo /lib64/ld-linux-x86-64.so.2 ;; arm64) echo /lib/ld-linux-aarch64.so.1 ;; esac
}

copy_distribution() {
	local lib=$1 jar path=
	mkdir -p "$lib/native"
	cp -p "$dist"/lib/*.jar "$dist/lib/java.flags" "$lib/"
	rm -f "$lib"/netty-*-linux-"$([[ $arch == amd64 ]] && echo aarch_64 || echo x86_64)".jar
	[[ -d $dist/lib/native/$(elf_arch) ]] || die "the distribution has no native code for $(elf_arch)"
	cp -p "$dist/lib/native/$(elf_arch)"/*.so "$lib/native/"
	[[ $arch == "$own" ]] || cross_library "$lib/native"
	# there is no command in it
	rm -f "$lib/native/patchbay-ask"
	[[ -e $lib/native/libpatchbay_netlink.so ]] || die "there is no libpatchbay_netlink.so for $(elf_arch)"
	for jar in "$lib"/*.jar; do path+=:${jar#"$root"}; done
	{
		echo '# What the place decides; the rest is in java.flags.'
		echo "-Dpatchbay.home=/opt/patchbay"
		echo "-Djava.library.path=/opt/patchbay/lib/native"
		if (($(java_major "$target_jdk") >= 24)); then
			echo '--enable-native-access=ALL-UNNAMED'
			echo '--sun-misc-unsafe-memory-access=allow'
		fi
		echo "-cp ${path#:}"
	} >"$lib/plugin.flags"
}

java_major() {
	sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Both kinds, for the host's engine uses one or the other, and no plain "iptables", which would be a guess.
copy_iptables() {
	local name kind
	mkdir -p "$root/usr/sbin" "$root/usr/lib/$(triplet)/xtables"
	for kind in nft legacy; do
		[[ -x $sysroot/usr/sbin/xtables-$kind-multi ]] ||
			die "there is no $sysroot/usr/sbin/xtables-$kind-multi"
		cp "$sysroot/usr/sbin/xtables-$kind-multi" "$root/usr/sbin/"
		for name in iptables ip6tables; do ln -s "xtables-$kind-multi" "$root/usr/sbin/$name-$kind"; done
	done
	cp "$sysroot/usr/lib/$(triplet)"/xtables/*.so "$root/usr/lib/$(triplet)/xtables/"
}

# Programs and libraries whose needs are to be met. What lies in the runtime finds its own by $ORIGIN.
elf_files() {
	find "$root" -type f \
		\( -name '*.so' -o -name '*.so.*' -o -name 'xtables-*-multi' -o -path '*/bin/java' \
		-o -name jspawnhelper \)
}

needed_by() {
	readelf -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p'
}

find_library() {
	local folder
	for folder in "$sysroot/lib/$(triplet)" "$sysroot/usr/lib/$(triplet)" \
		"$sysroot/lib" "$sysroot/usr/$(triplet)/lib"; do
		if [[ -e $folder/$1 ]]; then
			echo "$folder/$1"
			return 0
		fi
	done
	return 1
}

# What ldd would say, also for an architecture that cannot be run here.
copy_libraries() {
	local target="$root/lib/$(triplet)" again=1 file name path
	mkdir -p "$target"
	while [[ -n $again ]]; do
		again=
		while read -r file; do
			while read -r name; do
				[[ -z $(find "$root" -name "$name" -print -quit) ]] || continue
				path=$(find_library "$name") ||
					die "the library $name, which ${file#"$root"} needs, is not there"
				cp -L "$path" "$target/$name"
				again=1
			done < <(needed_by "$file")
		done < <(elf_files)
	done
	mkdir -p "$root$(dirname "$(loader)")"
	path=$(find_library "$(basename "$(loader)")") || path=$sysroot$(loader)
	rm -f "$target/$(basename "$(loader)")"
	cp -L "$path" "$root$(loader)"
}

make_system_files() {
	mkdir -p "$root"/{proc,sys,dev,run/docker/plugins,run/patchbay,tmp,etc/patchbay,var/lib/patchbay,root}
	chmod 1777 "$root/tmp"
	ln -s ../run "$root/var/run"
	echo 'root:x:0:0:root:/root:/' >"$root/etc/passwd"
	echo 'root:x:0:' >"$root/etc/group"
	echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
	: >"$root/etc/hosts"
	: >"$root/etc/resolv.conf"
}

# Whole seconds that stay the same on their way through Docker's tar: an archive of classes is refused when the jars'
# times differ.
settle_times() {
	find "$root" -exec touch -h -d "$(stat -c %y "$dist/lib/java.flags")" {} +
}
