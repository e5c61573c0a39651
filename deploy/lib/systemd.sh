# shellcheck shell=bash
# Sourced by tests that have a systemd of their own, process 1 of namespaces, and count what they check.

passed=0 failed=0 groups=()

check() { # SENTENCE COMMAND...
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$0: failed: $what" >&2
	fi
}
# The limit is that of an ordinary machine; a slow or busy one is given five times as much.
within() { # SECONDS COMMAND...
	local end=$((SECONDS + 5 * $1))
	shift
	until "$@"; do
		((SECONDS <= end)) || return 1
		sleep 0.1
	done
}

# make_groups NAME: a group of the test's own in each hierarchy of cgroups; its name is the same in all.
make_groups() {
	local hierarchy set
	for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
		[[ -e $hierarchy/cgroup.procs ]] || continue
		mkdir "$hierarchy/$1"
		groups+=("$hierarchy/$1")
		# a group of cgroup v1's cpuset takes nobody before it has processors and memory
		for set in cpuset.cpus cpuset.mems; do
			[[ ! -e $hierarchy/cgroup.clone_children || ! -e $hierarchy/$set ]] ||
				cat "$hierarchy/$set" >"$hierarchy/$1/$set"
		done
	done
}

enter_groups() {
	local group
	for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
}

# The last process of a group takes a moment to be gone.
remove_groups() {
	local group
	for group in "${groups[@]}"; do within 10 gone "$group" || echo "$0: $group is left" >&2; done
}
gone() {
	find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
	[[ ! -d $1 ]]
}

# The folders that a systemd empties of old files, and the file systems they lie on.
cleaned=(/tmp /var/tmp)
file_systems() { stat -c %d "${cleaned[@]}" | paste -sd ' '; }

# own_folders MACHINE: refuses unless each of them is a file system that was mounted for this systemd; MACHINE is what
# file_systems says on the machine.
own_folders() {
	local place device
	local -a machine
	read -ra machine <<<"$1"
	for place in "${cleaned[@]}"; do
		device=$(stat -c %d "$place")
		[[ $(stat -f -c %T "$place") == tmpfs && " ${machine[*]} " != *" $device "* ]] || {
			echo "$0: $place is the machine's own and a systemd would empty it;" \
				"it is not started" >&2
			return 1
		}
	done
}

# own_cgroups: in a cgroup namespace whose roots are groups of this test, each hierarchy mounted anew shows nothing
# above them.
own_cgroups() {
	local line name
	local -a hierarchies
	mapfile -t hierarchies < <(awk -F ' - ' '$2 ~ /^cgroup2? / {
		split($1, left, " ")
		split($2, right, " ")
		print left[5], right[1], right[3]
	}' /proc/self/mountinfo)
	umount -R /sys/fs/cgroup
	for line in "${hierarchies[@]}"; do
		read -r place type options <<<"$line"
		if [[ $place == /sys/fs/cgroup ]]; then mount -t cgroup2 cgroup2 /sys/fs/cgroup; continue; fi
		if ! mountpoint -q /sys/fs/cgroup; then mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup; fi
		mkdir "$place"
		case $type in
			cgroup2) mount -t cgroup2 cgroup2 "$place" ;;
			*) mount -t cgroup -o "${options/#rw,name=/none,name=}" cgroup "$place" ;;
		esac
	done
}
