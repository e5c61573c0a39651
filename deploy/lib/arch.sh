# shellcheck shell=bash
# Sourced after need.sh by what builds packages, which sets $arch (amd64, arm64) and $jdk: architectures under their
# names, and native code for one that is not this machine's.
# shellcheck disable=SC2154

declare -A java_arch=([amd64]=x86_64 [arm64]=aarch_64)
declare -A cross_tools=([amd64]=gcc-x86-64-linux-gnu [arm64]=gcc-aarch64-linux-gnu)

machine_arch() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) die "this machine is $(uname -m); Patchbay is made for x86_64 and aarch64" ;;
	esac
}

elf_arch() {
	case $arch in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac
}

# Our own native code; the distribution has that of this machine alone.
cross_library() {
	local name=${java_arch[$arch]} out=target/cross
	need "${cross_tools[$arch]}" "libc6-dev-$arch-cross"
	make -s -C netlink-jni all "OUT=$out" "ARCHS=$name" "JAVA_HOME=$jdk"
	cp "netlink-jni/$out/linux-$name"/* "$1/"
}
