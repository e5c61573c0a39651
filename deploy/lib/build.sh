# shellcheck shell=bash
# Sourced after need.sh, in the checkout's top folder: whether Patchbay must be built, what that takes, and the build.

BUILD_STAMP=daemon/target/.built

build_needed() {
	local built
	[[ -x daemon/target/patchbay/bin/patchbay ]] || return 0
	if [[ -e $BUILD_STAMP ]]; then
		built=$(stat -c %.Y "$BUILD_STAMP")
	else
		# Made by hand with Maven. The files carry a fixed time, so that builds are reproducible; the time of
		# their last change of any kind is when they were put there.
		built=$(find daemon/target/patchbay -type f -printf '%C@\n' | sort -n | tail -n 1)
	fi
	[[ -n $(find pom.xml ./*/pom.xml ./*/src/main .mvn -type f -newermt "@$built" -print -quit 2>/dev/null) ]]
}

need_build_tools() {
	local javac=javac version=0
	[[ -z ${JAVA_HOME:-} ]] || javac=$JAVA_HOME/bin/javac
	if command -v "$javac" >/dev/null; then
		version=$("$javac" -version 2>&1 | grep -oE '[0-9]+' | head -n 1)
	fi
	if ((version < 17)); then need openjdk-17-jdk-headless; fi
	command -v mvn >/dev/null || need maven
	need gcc libc6-dev make
}

# As the owner of the checkout where sudo was used, so that what Maven writes stays theirs.
build() {
	local owner
	owner=$(stat -c %U .)
	if [[ $EUID -eq 0 && $owner != root && ${SUDO_USER:-} == "$owner" ]]; then
		runuser -u "$owner" -- mvn -q -DskipTests package || return 1
	else
		mvn -q -DskipTests package || return 1
	fi
	touch "$BUILD_STAMP"
}
