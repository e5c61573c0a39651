# shellcheck shell=bash
# Sourced by build: JDK, glibc and iptables of an architecture that is not this machine's.
# shellcheck disable=SC2034,SC2154

# Sets target_jdk and sysroot.
find_foreign() {
	local arch=$1 upper=${1^^}
	local home=JAVA_HOME_$upper files=SYSROOT_$upper
	target_jdk=${!home:-} sysroot=${!files:-}
	if [[ -z $target_jdk || -z $sysroot ]]; then
		local fetched=$PWD/target/sysroot-$arch
		[[ -e $fetched/.complete ]] || fetch_sysroot "$arch" "$fetched"
		sysroot=${sysroot:-$fetched}
		target_jdk=${target_jdk:-$fetched/usr/lib/jvm/java-17-openjdk-$arch}
	fi
	[[ -d $target_jdk/jmods ]] || die "$target_jdk has no jmods; $home must name a whole JDK for $arch"
	[[ $(java_major "$target_jdk") == "$(java_major "$jdk")" ]] ||
		die "the JDK for $arch is Java $(java_major "$target_jdk")," \
			"that of this machine $(java_major "$jdk"); jlink wants the same"
}

# Debian's packages, unpacked and not installed; apt works in a folder of its own.
fetch_sysroot() (
	arch=$1 folder=$2
	command -v apt-get >/dev/null ||
		die "JAVA_HOME_${arch^^} and SYSROOT_${arch^^} are not set," \
			"and there is no apt-get to fetch them with"
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	rm -rf "$folder"
	apt=$folder/apt
	mkdir -p "$apt"/{etc/apt.conf.d,etc/preferences.d,etc/sources.list.d,lists/partial,cache/archives/partial}
	trap 'rm -rf "$apt"' EXIT
	: >"$apt/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"${LAB_MIRROR:-http://deb.debian.org/debian} $release main" >"$apt/etc/sources.list"
	options=(-q -o Dir::Etc="$apt/etc" -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status"
		-o Dir::Cache="$apt/cache" -o Acquire::Languages=none
		-o APT::Architecture="$arch" -o APT::Architectures="$arch"
		-o APT::Sandbox::User=root -o Debug::NoLocking=1)
	echo "plugin: fetching JDK, glibc and iptables for $arch" >&2
	{
		apt-get "${options[@]}" update &&
			apt-get "${options[@]}" install -y --no-install-recommends --download-only \
			openjdk-17-jdk-headless iptables libc6 zlib1g
	} >"$apt/log" 2>&1 </dev/null || {
		tail -n 5 "$apt/log" >&2
		die "Debian's packages for $arch cannot be fetched"
	}
	# shellcheck disable=SC2016
	find "$apt/cache/archives" -name '*.deb' -exec sh -c \
		'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$0" --keep-directory-symlink' "$folder" {} \;
	touch "$folder/.complete"
)
