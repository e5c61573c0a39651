# shellcheck shell=bash
# Sourced. merge ROOT FOLDER: mounts FOLDER/merged, the root with what was changed in it; where the disk cannot carry
# an overlay, a copy of the root.
merge() {
	mkdir -p "$2"/{upper,work,merged}
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/merged" 2>/dev/null && return
	[[ -e $2/merged/.complete ]] || cp -a "$1/." "$2/merged"
	mount --bind "$2/merged" "$2/merged"
}
