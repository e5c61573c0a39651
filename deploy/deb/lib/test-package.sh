# shellcheck shell=bash
# Sourced by test: the file itself, before it is installed anywhere. Sets $deb and $newer.
# shellcheck disable=SC2154,SC2034

lintian_is_silent() {
	local said
	said=$(lintian --display-info --pedantic --allow-root "$1" 2>&1) || true
	[[ -z $said ]] || { echo "$said" >&2; return 1; }
}

build_to() { deploy/deb/build --output "$@" >/dev/null; }
of_arch() {
	[[ $(dpkg-deb -f "$1" Architecture) == "$2" ]] &&
		dpkg-deb --fsys-tarfile "$1" | tar -x -C "$work/arch" --wildcards '*.so' &&
		[[ -z $(find "$work/arch" -name '*.so' -exec readelf -h {} + | grep Machine: | grep -v "$3") ]]
}

# The next version, which has another settings file.
make_newer() {
	local folder=$work/newer-files
	dpkg-deb -R "$deb" "$folder"
	sed -i 's/^Version: .*/&+next/' "$folder/DEBIAN/control"
	echo '# of the next version' >>"$folder/etc/patchbay/patchbay.properties"
	newer=$work/patchbay_next.deb
	dpkg-deb --root-owner-group -Zgzip -z1 -b "$folder" "$newer" >/dev/null
	rm -rf "$folder"
}

source_has() { grep -qF "$2" "$1"; }
signing_key() {
	mkdir -m 700 "$work/keys"
	gpg --batch --quiet --passphrase '' --quick-generate-key packages@example.org default default never 2>/dev/null
}
make_repo() { deploy/deb/repo "$work/repo" --sign packages@example.org "$@" >/dev/null; }

test_package() {
	mkdir "$work/arch"
	check "the package is built" build_to "$work/one"
	deb=$(echo "$work"/one/patchbay_*.deb)
	# shellcheck disable=SC2016
	check "again, at another place and with another mask and time" \
		env TZ=Asia/Tokyo bash -c 'umask 077; deploy/deb/build --output "$0" >/dev/null' "$work/two"
	check "it is the same, byte for byte" cmp "$deb" "$work/two/${deb##*/}"
	check "lintian has nothing to say" lintian_is_silent "$deb"
	check "the package for arm64 is built" build_to "$work/arm64" --arch arm64
	check "its native code is for arm64" of_arch "$(echo "$work"/arm64/*_arm64.deb)" arm64 AArch64
	make_newer
	export GNUPGHOME=$work/keys
	check "there is a key to sign with" signing_key
	check "a folder for apt is made" make_repo "$deb"
	check "it takes the next version too" make_repo "$newer"
	check "it has both" source_has "$work/repo/Packages" '+next'
	gpgconf --kill all
}
