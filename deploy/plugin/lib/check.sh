# shellcheck shell=bash
# Sourced by the tests of the plugin: counting, waiting, the lab. The caller sets passed, failed and LAB.
# shellcheck disable=SC2034,SC2154

lab() { "$LAB" "$@"; }

# check WHAT COMMAND...: passes when the command succeeds; its output is shown when it does not.
check() {
	local what=$1 out begin=$SECONDS
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
		printf 'ok    %s (%d s)\n' "$what" $((SECONDS - begin))
	else
		failed=$((failed + 1))
		echo "FAIL  $what"
		tail -n 60 <<<"      ${out//$'\n'/$'\n'      }"
		return 1
	fi
}
not() { ! "$@"; }

# until_true SECONDS COMMAND...: looks four times a second; a client of docker costs more than the look.
until_true() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || { echo "not within the limit: $*"; return 1; }
		sleep 0.25
	done
}

# plugin_pid NODE: of the plugin's JVM there.
plugin_pid() {
	local file
	for file in /proc/[1-9]*/cmdline; do
		file=${file%/cmdline}
		if [[ $file/ns/net -ef /run/netns/$LAB_PREFIX-$1 && $(readlink "$file/exe" 2>/dev/null) == */opt/jre/bin/java ]] &&
			tr '\0' '\n' 2>/dev/null <"$file/cmdline" | grep -qxF '@/opt/patchbay/lib/plugin.flags'; then
			echo "${file##*/}"
			return 0
		fi
	done
	return 1
}
