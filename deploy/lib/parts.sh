# shellcheck shell=bash
# Sourced by check: the parts of the tests, some side by side, and what they came to.
#
# A part is a command. What it prints is in NAME.log of the folder of results; how many tests passed and failed is in
# NAME.parts, a line for each report, and the tests that failed are in NAME.broken. Within it, $part is its name.
# shellcheck disable=SC2154,SC2317

declare -A running=() width=()
waiting=() builds=() leaving=() looked=()
leave_after=0

# begin_parts FOLDER: all that is told later goes there.
begin_parts() {
	results=$1
	rm -rf "$results"
	mkdir -p "$results"
	exec 3>&1
	# through which each part says that it has ended
	mkfifo "$results/ended"
	exec 4<>"$results/ended"
	trap end_parts EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# --- running ---

# now NAME [COMMAND...]: a part by itself; without a command, the function of that name.
now() {
	begin_part "$@"
	end_part "${!running[@]}" || true
	read -r -t 1 -u 4 || true
}

# queue NAME COMMAND..., queue_build NAME COMMAND...: to be run by run_queue. What builds is run one after the other and
# takes what the others leave of the processors; all others only read what was built. queue_wide is for a part that
# does two things at a time.
queue() { waiting+=("$(printf '%q ' "$@")"); }
queue_wide() {
	queue "$@"
	width[$1]=2
}
queue_build() {
	builds+=("$(printf '%q ' "$@")")
	width[$1]=0
}

# How often it is looked whether the processors idle, in seconds, and from how many in a hundred on there is room.
LOOK=15
ENOUGH_IDLE=20

# run_queue: three things at a time on two processors, and up to six while these idle, for a part waits for outages and
# leases much of its time on a fast machine and little on a slow one; beside them one of those that build, as long as
# there are any. Those which are queued first, as they take longest, begin first; one that has no room yet lets later
# ones pass that have.
run_queue() {
	local least=$(($(nproc) + 1)) places building=0 pid
	places=$least
	begin_look
	while leave_what_is_late && ((${#waiting[@]} + ${#builds[@]} + ${#running[@]})); do
		if ((${#builds[@]} && building == 0)); then
			eval "begin_part ${builds[0]}"
			builds=("${builds[@]:1}")
			building=$!
			renice -n 5 -g "$building" >/dev/null 2>&1 || true # it may have ended
		fi
		begin_waiting "$places"
		if read -r -t "$LOOK" -u 4 pid; then
			if ((pid == building)); then building=0; fi
			[[ -z ${running[$pid]:-} ]] || end_part "$pid"
		else
			# one that was killed has said nothing
			for pid in "${!running[@]}"; do kill -0 "$pid" 2>/dev/null || echo "$pid" >&4; done
			places=$(places_after "$places" "$least" "$(idle_part)")
			begin_look
		fi
	done
}

# places_after PLACES LEAST IDLE: how many there are when so many processors in a hundred have idled.
places_after() {
	local places=$1 least=$2 idle=$3
	if ((idle >= ENOUGH_IDLE)); then ((places += places < 2 * least)); else ((places -= places > least)); fi
	echo "$places"
}

# begin_look, idle_part: how many in a hundred the processors have idled since. What builds takes only what idles.
begin_look() { read -ra looked </proc/stat; }
idle_part() {
	local -a now
	local all=0 each
	read -ra now </proc/stat
	for each in 1 2 3 4 5 6 7 8; do ((all += now[each] - looked[each])) || true; done
	# nice, idle, waiting for the disk
	echo $((all ? 100 * (now[2] - looked[2] + now[4] - looked[4] + now[5] - looked[5]) / all : 0))
}

# may_be_left MINUTES NAME...: parts that begin when no other waits, and are not run if they have not begun after so
# many minutes. Such a one neither passes nor fails; it is named at the end.
may_be_left() {
	leave_after=$((60 * $1))
	shift
	leaving=("$@")
}

leave_what_is_late() {
	((leave_after && SECONDS > leave_after)) || return 0
	leave_of waiting
	leave_of builds
}

# leave_of QUEUE: takes out of it what is left.
leave_of() {
	local -n queue=$1
	local each
	local -a kept=()
	for each in "${queue[@]}"; do is_left "${each%% *}" || kept+=("$each"); done
	queue=("${kept[@]}")
}

may_leave() { [[ " ${leaving[*]} " == *" $1 "* ]]; }

# comes_last NAME: whether it has to wait for others that are to be run in any case, and wait too.
comes_last() {
	local each
	may_leave "$1" || return 1
	for each in "${waiting[@]}"; do may_leave "${each%% *}" || return 0; done
	return 1
}

# is_left NAME: notes it.
is_left() {
	may_leave "$1" || return 1
	echo "== $1: not run, for it had not begun after $((leave_after / 60)) minutes" | tee -a "$results/not-run" >&3
}

# begin_waiting PLACES: begins each part of the queue that has room.
begin_waiting() {
	local each
	local -a later=()
	for each in "${waiting[@]}"; do
		if has_room "${each%% *}" "$1" && ! comes_last "${each%% *}"; then
			eval "begin_part $each"
		else
			later+=("$each")
		fi
	done
	waiting=("${later[@]}")
}

# has_room NAME PLACES: whether the part can begin beside those that run and have places; alone it always can.
has_room() {
	local taken=0 name
	for name in "${running[@]}"; do ((taken += ${width[$name]:-1})) || true; done
	((taken == 0 || taken + ${width[$1]:-1} <= $2))
}

begin_part() {
	local name=$1
	shift
	(($#)) || set -- "$name"
	echo "== $name" >&3
	# in a process group of its own, so that it can be ended whole
	set -m
	(
		trap 'exit 143' TERM
		# the shell of run_queue's own would forget one that ends while it does not wait
		trap 'echo "$BASHPID" >&4' EXIT
		part=$name
		"$@"
	) >"$results/$name.log" 2>&1 3>&3 </dev/null &
	running[$!]=$name
	set +m
}

# end_part PID: its output is shown if something in it failed.
end_part() {
	local name=${running[$1]} status=0
	wait "$1" || status=$?
	unset "running[$1]"
	part=$name
	if ((status)); then counted "the rest of $name" 0 1; fi
	if [[ ! -s $results/$name.parts ]]; then counted "$name" 0 1; fi
	if [[ -n $(failed_parts "$results/$name.parts") ]]; then cat "$results/$name.log"; fi
}

# Whatever ends the script ends its parts, and gives them two minutes to clean up.
end_parts() {
	local pid end=$((SECONDS + 120))
	trap '' INT TERM HUP
	for pid in "${!running[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
	for pid in "${!running[@]}"; do
		while kill -0 -- "-$pid" 2>/dev/null; do
			if ((SECONDS > end)); then
				echo "check: ${running[$pid]} has not ended in time and is killed; it may have left" \
					"something" >&2
				kill -KILL -- "-$pid" 2>/dev/null || true
			fi
			sleep 0.2
		done
	done
}

# --- counting ---

# counted WHAT PASSED FAILED: what a report came to. One without a test has failed.
counted() {
	local what=$1 passed=$2 failed=$3
	if ((passed + failed == 0)); then failed=1; fi
	printf '%s\t%s\t%s\n' "$passed" "$failed" "$what" >>"$results/$part.parts"
	printf '== %s: %s passed, %s failed, after %s s\n' "$what" "$passed" "$failed" "$SECONDS" >&3
}

failed_parts() { awk -F '\t' '$2 > 0' "$@"; }

# broken: notes the lines of standard input, each a test that failed.
broken() { cat >>"$results/$part.broken"; }

# xml_sum ATTRIBUTE FILE...: adds up an attribute of the testsuite elements.
xml_sum() {
	local attribute=$1
	shift
	{ grep -ohE "<testsuite [^>]*" "$@" || true; } | { grep -oE " $attribute=\"[0-9]+\"" || true; } |
		tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}

# xml_broken WHAT FILE...: a line for each test that failed or was skipped, with the first line of why.
xml_broken() {
	local what=$1
	shift
	awk -v what="$what" '
		/<testcase / { match($0, / name="[^"]*"/); test = substr($0, RSTART + 7, RLENGTH - 8)
			match($0, / classname="[^"]*"/); class = substr($0, RSTART + 12, RLENGTH - 13)
			sub(/.*\./, "", class) }
		/<(failure|error|skipped)[ >\/]/ {
			why = match($0, / message="[^"]*"?/) ? substr($0, RSTART + 10, 200) : ""; sub(/".*/, "", why)
			print "  " what ": " class "." test ": " why }' "$@"
}

# reports WHAT STATUS FOLDER...: counts the reports of JUnit below the folders. A skipped test did not pass.
reports() {
	local what=$1 status=$2 tests=0 bad=0 skipped=0
	shift 2
	local -a files=()
	mapfile -t files < <(find "$@" -name 'TEST-*.xml' 2>/dev/null)
	if ((${#files[@]})); then
		tests=$(xml_sum tests "${files[@]}")
		bad=$(($(xml_sum errors "${files[@]}") + $(xml_sum failures "${files[@]}")))
		skipped=$(xml_sum skipped "${files[@]}")
	fi
	local failed=$((bad + skipped))
	if ((failed)); then xml_broken "$what" "${files[@]}" | broken; fi
	# a compiler, format or C check that failed has no report of its own
	if ((status != 0 && failed == 0)); then
		failed=1
		echo "  $what: Maven failed" | broken
	fi
	counted "$what" $((tests - bad - skipped)) "$failed"
}

# maven WHAT FOLDER ARGUMENT...: runs Maven and counts what it reports below the folder.
maven() {
	local what=$1 folder=$2 status=0
	shift 2
	mvn -B -ntp "$@" || status=1
	reports "$what" "$status" "$folder"
}

# count_part WHAT COMMAND...: a script that ends with "N passed, N failed".
count_part() {
	local what=$1 output line status=0
	shift
	output=$(mktemp)
	"$@" 2>&1 | tee "$output" || status=1
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$output" | tail -n 1 || true)
	{ grep -E '^FAIL|^docs/test: |: failed: ' "$output" || true; } |
		awk -v what="$what" '{ print "  " what ": " $0 }' | broken
	rm -f "$output"
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		local passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
		if ((status != 0 && failed == 0)); then failed=1; fi
		counted "$what" "$passed" "$failed"
	else
		counted "$what" 0 1
	fi
}

# one_part WHAT COMMAND...: a command that is one test.
one_part() {
	local what=$1
	shift
	if "$@"; then
		counted "$what" 1 0
	else
		echo "  $what" | broken
		counted "$what" 0 1
	fi
}

# --- the end ---

# finish: what each part came to and, in the last lines, what failed, on which engine, and where its output is.
finish() {
	local -a failures
	local file
	echo
	cat "$results"/*.parts | awk -F '\t' '{ printf "  %-60s %5d passed %5d failed\n", $3, $1, $2 }'
	echo
	mapfile -t failures < <(cat "$results"/*.broken 2>/dev/null)
	for file in "$results"/*.parts; do
		if [[ -n $(failed_parts "$file") ]]; then
			failures+=("  output: ${file%.parts}.log$(logs_of "${file%.parts}")")
		fi
	done
	if ((${#failures[@]})); then
		echo 'failed:'
		printf '%.220s\n' "${failures[@]}" | tail -n 24
		if ((${#failures[@]} > 24)); then echo "  and more, see $results/*.broken"; fi
		echo
	fi
	[[ ! -e $results/not-run ]] || sed 's/^== //' "$results/not-run"
	cat "$results"/*.parts |
		awk -F '\t' '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f; exit f > 0 }'
	exit
}

# Where the logs of a part's engines and daemons lie, if it kept some.
logs_of() {
	local folder=$results/logs/${1##*/}
	[[ ! -d $folder ]] || echo ", engines and daemons: $folder"
}
