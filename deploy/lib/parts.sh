# shellcheck shell=bash
# Sourced by check: the parts of the tests, some side by side, and what they came to.
#
# A part is a command. What it prints is in NAME.log of the folder of results; how many tests passed and failed is in
# NAME.parts, a line for each report, and the tests that failed are in NAME.broken. Within it, $part is its name.
# shellcheck disable=SC2154,SC2317

declare -A running=() width=()
waiting=() builds=()

# begin_parts FOLDER: all that is told later goes there.
begin_parts() {
	results=$1
	rm -rf "$results"
	mkdir -p "$results"
	exec 3>&1
	trap end_parts EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# --- running ---

# now NAME [COMMAND...]: a part by itself; without a command, the function of that name.
now() {
	begin_part "$@"
	end_part "${!running[@]}" || true
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

# run_queue: five things at a time, or more where there are more than nine processors, and beside them one of those that
# build, as long as there are any: what waits for outages and leases leaves something of a processor to others. Those
# which are queued first, as they take longest, begin first; one that has no room yet lets later ones pass that have.
run_queue() {
	local places=$(($(nproc) / 2 + 1)) building=0 pid
	((places >= 5)) || places=5
	while ((${#waiting[@]} + ${#builds[@]} + ${#running[@]})); do
		if ((${#builds[@]} && building == 0)); then
			eval "begin_part ${builds[0]}"
			builds=("${builds[@]:1}")
			building=$!
			renice -n 10 -g "$building" >/dev/null 2>&1 || true # it may have ended
		fi
		begin_waiting "$places"
		wait -n -p pid "${!running[@]}" || true
		if ((pid == building)); then building=0; fi
		end_part "$pid"
	done
}

# begin_waiting PLACES: begins each part of the queue that has room.
begin_waiting() {
	local each
	local -a later=()
	for each in "${waiting[@]}"; do
		if has_room "${each%% *}" "$1"; then
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
	cat "$results"/*.parts |
		awk -F '\t' '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f; exit f > 0 }'
	exit
}

# Where the logs of a part's engines and daemons lie, if it kept some.
logs_of() {
	local folder=$results/logs/${1##*/}
	[[ ! -d $folder ]] || echo ", engines and daemons: $folder"
}
