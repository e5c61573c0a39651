# shellcheck shell=bash
# Sourced by test: the package on a machine that systemd has booted, with an engine; what the README has a person type,
# word by word.
# shellcheck disable=SC2154,SC2317

booting=''

end_machine() {
	[[ -n $booting ]] || return 0
	kill -9 "$booting" 2>/dev/null || true
	wait "$booting" 2>/dev/null || true
	booting=''
}
first() { pgrep -P "$booting" -o; }
inside() { nsenter -t "$(first)" -m -n -p -u -i -C -- env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 TERM=dumb "$@"; }
unit_is() { [[ $(inside systemctl show -p "$2" --value "$1.service" 2>/dev/null) == "$3" ]]; }

# typed HEADING: the commands below a heading of the README; a host has the package already.
typed() {
	awk -v want="### $1" '/^### |^## / { on = ($0 == want) } on && /^```sh own-host$/ { code = 1; next }
		/^```/ { code = 0 } on && code' README.md | grep -v '^deploy/deb/build'
}
# does LINE: as a person would, in the checkout's folder.
does() {
	inside bash -c "cd /srv/patchbay && $1" >"$machine/typed.log" 2>&1 </dev/null ||
		{ tail -n 20 "$machine/typed.log" >&2; return 1; }
}
does_all() {
	local line
	while read -r line; do check "README.md, $1: $line" does "$line"; done < <(typed "$1")
}
has_words() { grep -qF -- "$1" "$machine/typed.log"; }
shows() { [[ $(inside "${@:2}" 2>/dev/null) == *"$1"* ]]; }
is_there() { inside sh -c "test -e $1"; }
is_gone() { inside sh -c "test ! -e $1"; }
answers() { nsenter -t "$(first)" -n ping -q -c 1 -W 2 "$1" >/dev/null; }

# Images under the names that the README has; there is no registry to pull from.
make_images() {
	# shellcheck disable=SC2016
	inside sh -c 'mkdir -p /srv/image/bin && cp /bin/busybox /srv/image/bin/ && cd /srv/image &&
		for name in sh sleep; do ln -sf busybox bin/$name; done &&
		tar -c . | docker import -c "CMD [\"sleep\", \"2147483647\"]" - nginx:latest &&
		docker tag nginx debian:12' >/dev/null
}

upgrades() { inside apt-get -q install "$@" >"$machine/typed.log" 2>&1 </dev/null; }

# While the next version is put in place of a running one, a container is asked twenty times a second.
upgrade_unnoticed() {
	local asking
	nsenter -t "$(first)" -n ping -q -i 0.05 192.168.1.200 >"$machine/ping.log" &
	asking=$!
	put_inside "$newer" /srv/patchbay/newer.deb
	upgrades /srv/patchbay/newer.deb || { kill -INT "$asking"; return 1; }
	within 30 unit_is patchbay ActiveState active || true
	kill -INT "$asking"
	wait "$asking" || true
	grep -q ' 0% packet loss' "$machine/ping.log" || { cat "$machine/ping.log" >&2; return 1; }
}
put_inside() { inside sh -c 'cat >"$0"' "$2" <"$1"; }

boot_machine() {
	local release=$1 devices
	make_groups "patchbay-deb-test-$$"
	devices=$(file_systems)
	# without the right to load modules: an engine would switch br_netfilter on for the machine's own bridges
	(
		enter_groups
		exec setpriv --bounding-set=-sys_module --inh-caps=-sys_module -- \
			unshare --mount --pid --fork --net --uts --ipc --cgroup --kill-child -- \
			deploy/deb/lib/boot "$LAB_CACHE/debian-$release-docker" "$machine" "$deb" "$devices"
	) </dev/null >"$machine/boot.log" 2>&1 &
	booting=$!
	within 20 first >/dev/null && within 60 unit_is docker ActiveState active && return
	sed 's/^/boot: /' "$machine/boot.log" >&2
	return 1
}

test_booted() {
	machine=$work/booted
	mkdir "$machine"
	check "a machine with an engine is booted" boot_machine "$1"
	check "it has images" make_images

	does_all Install
	check "the daemon runs" unit_is patchbay ActiveState active
	check "dockerd can call it" is_there /run/docker/plugins/patchbay.sock
	check "the engine brings it along at the next boot" unit_is patchbay UnitFileState enabled
	before=$(inside systemctl show -p MainPID --value patchbay.service)
	does_all 'Use it'
	check "the claims have the address that was asked for" within 20 shows 192.168.1.200 patchbay claims
	check "the container is on the LAN" within 20 answers 192.168.1.200

	check "a container notices nothing of an upgrade" upgrade_unnoticed
	check "another process is the daemon" shows_other "$before"
	check "it knows the claims" within 20 shows 192.168.1.200 patchbay claims
	check "a container is started again" does 'docker restart -t 0 web'
	inside systemctl stop patchbay.service
	check "a daemon that was stopped is not started by an upgrade" upgrades --reinstall /srv/patchbay/newer.deb
	check "it is stopped" unit_is patchbay ActiveState inactive
	inside systemctl start patchbay.service
	inside sh -c 'echo grace=never >>/etc/patchbay/patchbay.properties'
	check "wrong settings keep nothing from being installed" upgrades --reinstall /srv/patchbay/newer.deb
	check "which is said" has_words 'the daemon did not start'
	check "and dpkg is content" shows 'install ok installed' dpkg-query -W -f '${Status}' patchbay
	inside sed -i '/^grace=never/d' /etc/patchbay/patchbay.properties
	inside systemctl restart patchbay.service

	does_all 'Undo it'
	check "the engine runs on" unit_is docker ActiveState active
	check "no unit is left" is_gone /lib/systemd/system/patchbay.service
	check "no state is left" is_gone '/var/lib/patchbay -a ! -e /etc/patchbay -a ! -e /var/cache/patchbay'
	check "no link is left" no_links
	end_machine
}
shows_other() {
	local now
	now=$(inside systemctl show -p MainPID --value patchbay.service)
	[[ $now != 0 && $now != "$1" ]]
}
no_links() { [[ -z $(nsenter -t "$(first)" -n ip -o link show type veth | grep ' pb-') ]]; }
