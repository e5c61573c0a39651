# shellcheck shell=bash
# Sourced by test: the package's life on a Debian without systemd and without an engine.
# shellcheck disable=SC2154,SC2317

# in_root COMMAND...: on the machine of this test; see enter.
in_root() {
	unshare --mount --propagation private --pid --fork --kill-child --net --uts --ipc -- \
		deploy/deb/lib/enter "$LAB_CACHE/debian-$release" "$machine" "$@" </dev/null
}
put() {
	unshare --mount --propagation private --pid --fork --kill-child --net --uts --ipc -- \
		deploy/deb/lib/enter "$LAB_CACHE/debian-$release" "$machine" sh -c 'cat >"$0"' "$2" <"$1"
}
installs() {
	in_root apt-get -q install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@" \
		>"$machine/apt.log" 2>&1 || { tail -n 20 "$machine/apt.log" >&2; return 1; }
}
# apt with no other source than that of the package.
from_source=(-o Dir::Etc::sourcelist=/srv/patchbay.list -o Dir::Etc::sourceparts=/dev/null)
from_source() {
	in_root apt-get -q "${from_source[@]}" -o APT::Get::List-Cleanup=0 "$@" >"$machine/apt.log" 2>&1 &&
		! said W: || { cat "$machine/apt.log" >&2; return 1; }
}
removes() { in_root apt-get -q "$1" -y patchbay >"$machine/apt.log" 2>&1 || { cat "$machine/apt.log" >&2; return 1; }; }
said() { grep -qF -- "$1" "$machine/apt.log"; }

# Every file but what apt, dpkg and man keep for themselves.
files() {
	in_root find / -xdev \( -path /proc -o -path /dev -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /srv \
		-o -path /var/cache/apt -o -path /var/cache/man -o -path /var/cache/ldconfig -o -path /var/log \
		-o -path /tmp -o -path /etc/ld.so.cache -o -path /root \) -prune -o -print | sort
}
prints() { [[ $(in_root "${@:2}" 2>&1) == *"$1"* ]]; }
is_status() { [[ $(in_root dpkg-query -W -f '${Status} ${Version}' patchbay 2>/dev/null) == "$1" ]]; }
has() { in_root sh -c "ls $1 >/dev/null 2>&1"; }
lacks() { in_root sh -c "! test -e $1"; }
page_is_clean() {
	local said
	# shellcheck disable=SC2016
	said=$(in_root sh -c 'man --warnings=w -l "$0" 2>&1 >/dev/null; man -l "$0" | grep -q SYNOPSIS || echo empty' \
		"/usr/share/man/$1.gz" 2>&1)
	[[ -z $said ]] || { echo "$said" >&2; return 1; }
}
bash_completes() {
	# shellcheck disable=SC2016
	prints ' why ' bash -c '. /usr/share/bash-completion/completions/patchbay
		COMP_WORDS=(patchbay claims "") COMP_CWORD=2; _patchbay; complete -p patchbay; echo " ${COMPREPLY[*]} "'
}
# zsh_completes TYPED MORE: a zsh in a terminal of its own, a tab, and what stands there then.
zsh_completes() {
	# shellcheck disable=SC2016
	in_root timeout 60 zsh -f -c 'zmodload zsh/zpty
		zpty z zsh -f -i
		zpty -w z "PS1=; autoload -Uz compinit; compinit -u -D; print rea\"\"dy"
		zpty -r z out "*ready*"
		zpty -w -n z "$1$(print "\t")"
		zpty -r z out "*$2*"
		zpty -d z' zsh "$1" "$2"
}

test_install() {
	local release=$1 name="Debian $1" machine=$work/$1 version
	version=$(dpkg-deb -f "$deb" Version)
	local -a needed=()
	mkdir "$machine"
	put "$deb" /srv/patchbay.deb
	put "$newer" /srv/newer.deb
	mapfile -t needed < <(in_root apt-get -s install --no-install-recommends /srv/patchbay.deb |
		awk '/^Inst/ && $2 != "patchbay" { print $2 }')
	check "$name: apt takes a Java runtime for it" source_has <(printf '%s\n' "${needed[@]}") jre-headless
	check "$name: what it needs is there" installs "${needed[@]}"
	files >"$machine.before"

	check "$name: apt installs the file" installs /srv/patchbay.deb
	check "$name: dpkg is content" is_status "install ok installed $version"
	check "$name: the command runs" prints "patchbay $version (Java " patchbay version
	check "$name: its archive of classes is made" has '/usr/lib/patchbay/lib/cds/*.jsa'
	check "$name: nothing runs" lacks /run/patchbay
	for page in man1/patchbay.1 man8/patchbay-serve.8 man5/patchbay.properties.5; do
		check "$name: the page $page can be read" page_is_clean "$page"
	done
	check "$name: man finds it" prints /man1/patchbay.1 man -w patchbay
	check "$name: bash completes it" bash_completes
	check "$name: zsh completes commands" zsh_completes 'patchbay cla' ims
	check "$name: zsh completes a command's flags" zsh_completes 'patchbay claims why --seg' ment

	in_root sh -c 'echo bridge=lan0 >>/etc/patchbay/patchbay.properties'
	tar -C "$work" -cf "$machine.repo" repo
	put "$machine.repo" /srv/repo.tar
	in_root sh -c 'tar -C /srv -xf /srv/repo.tar
		echo "deb [signed-by=/srv/repo/patchbay.gpg] file:/srv/repo ./" >/srv/patchbay.list'
	check "$name: apt reads the signed source" from_source update
	check "$name: and takes the next version from there" installs "${from_source[@]}" patchbay
	check "$name: dpkg is content with that" is_status "install ok installed $version+next"
	check "$name: the settings are kept" prints bridge=lan0 cat /etc/patchbay/patchbay.properties
	check "$name: and the new file is beside them" has /etc/patchbay/patchbay.properties.dpkg-dist
	check "$name: it has an archive again" has '/usr/lib/patchbay/lib/cds/*.jsa'

	in_root sh -c 'rm -rf /usr/lib/patchbay/lib/cds; dpkg-trigger --no-await /usr/lib/jvm; dpkg --configure -a' \
		>"$machine/apt.log" 2>&1
	check "$name: another JVM brings another archive" has '/usr/lib/patchbay/lib/cds/*.jsa'
	in_root mv /usr/lib/jvm /usr/lib/jvm.away
	check "$name: a JVM that does not run keeps nothing from being installed" installs --reinstall /srv/newer.deb
	check "$name: which is said" said 'the daemon works'
	check "$name: and dpkg is content" is_status "install ok installed $version+next"
	in_root mv /usr/lib/jvm.away /usr/lib/jvm

	in_root mkdir -p /var/lib/patchbay/etcd/home/h7
	check "$name: it is removed" removes remove
	check "$name: which says what stays" said 'docker network ls --filter driver=patchbay'
	check "$name: also in etcd" said 'patchbay host forget h7'
	check "$name: settings stay" prints bridge=lan0 cat /etc/patchbay/patchbay.properties
	check "$name: the program does not" lacks /usr/lib/patchbay
	check "$name: it is purged" removes purge
	files >"$machine.after"
	check "$name: no file is left" diff "$machine.before" "$machine.after"
	rm -rf "$machine"
}
