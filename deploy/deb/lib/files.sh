# shellcheck shell=bash
# Sourced by build: what lies in the package, and where. $root is the folder that is packed.
# shellcheck disable=SC2154

from_pom() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" pom.xml | head -n 1; }

# The distribution as it is, with native code for one architecture.
copy_program() {
	local home=$root/usr/lib/patchbay other native strip=strip
	native=$home/lib/native/$(elf_arch)
	other=$([[ $arch == amd64 ]] && echo aarch_64 || echo x86_64)
	mkdir -p "$home/bin" "$native" "$root/usr/bin"
	install -m 755 "$dist/bin/patchbay" "$home/bin/patchbay"
	install -m 644 "$dist"/lib/*.jar "$dist"/lib/{java.flags,build-id,places} "$home/lib/"
	install -D -m 755 "$dist/lib/etcd/etcd" "$home/lib/etcd/etcd"
	install -m 644 "$dist"/lib/etcd/*.sh "$home/lib/etcd/"
	rm -f "$home/lib"/netty-*-linux-"$other".jar
	[[ -d $dist/lib/native/$(elf_arch) ]] || die "the distribution has no native code for $(elf_arch)"
	install -m 644 "$dist/lib/native/$(elf_arch)"/* "$native/"
	if [[ $arch != "$own" ]]; then
		cross_library "$native"
		strip=$(elf_arch)-linux-gnu-strip
	fi
	for other in libpatchbay_netlink.so patchbay-ask; do
		[[ -e $native/$other ]] || die "there is no $other for $(elf_arch)"
	done
	chmod 644 "$native"/*.so
	chmod 755 "$native/patchbay-ask"
	"$strip" --strip-unneeded --remove-section=.comment "$native"/*
	ln -s ../lib/patchbay/bin/patchbay "$root/usr/bin/patchbay"
}

# What the program made of its own tables.
copy_texts() {
	local page
	install -D -m 644 "$dist/conf/patchbay.properties" "$root/etc/patchbay/patchbay.properties"
	(cd "$dist/share" && find . -type f -printf '%P\n') | while read -r page; do
		install -D -m 644 "$dist/share/$page" "$root/usr/share/$page"
		if [[ $page == man/* ]]; then gzip -n9 "$root/usr/share/$page"; fi
	done
}

copy_documents() {
	local doc=$root/usr/share/doc/patchbay
	mkdir -p "$doc/docs" "$doc/examples/prometheus"
	install -m 644 README.md CHANGELOG.md "$doc/"
	install -m 644 docs/*.md "$doc/docs/"
	install -m 644 deploy/prometheus/patchbay.rules.yml deploy/prometheus/patchbay-dashboard.json \
		"$doc/examples/prometheus/"
	debian_changelog | gzip -n9 >"$doc/changelog.gz"
	chmod 644 "$doc/changelog.gz"
	copyright_covers_all
	install -m 644 deploy/deb/package/copyright "$doc/copyright"
	install -D -m 644 deploy/deb/package/lintian-overrides "$root/usr/share/lintian/overrides/patchbay"
}

debian_changelog() {
	printf 'patchbay (%s) unstable; urgency=medium\n\n' "$version"
	printf '  * What an operator will notice or must do is in CHANGELOG.md beside this file.\n\n'
	printf ' -- %s  %s\n' "$(maintainer)" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

maintainer() { sed -n 's/^Maintainer: //p' deploy/deb/package/control; }

# Each library of others is named, so that a new one is not packed without its licence.
copyright_covers_all() {
	local jar pattern covered
	local -a patterns=()
	mapfile -t patterns < <(grep -oE 'lib/[A-Za-z0-9*.-]+\.jar' deploy/deb/package/copyright)
	for jar in "$root"/usr/lib/patchbay/lib/*.jar; do
		covered=
		for pattern in "${patterns[@]}"; do
			# shellcheck disable=SC2053
			if [[ lib/${jar##*/} == $pattern ]]; then covered=1; fi
		done
		[[ -n $covered ]] || die "deploy/deb/package/copyright does not say whose ${jar##*/} is"
	done
}

# The unit of deploy/systemd, at the places where the package puts things.
copy_unit() {
	local unit=$root/lib/systemd/system/patchbay.service
	mkdir -p "${unit%/*}"
	sed -e 's:^Documentation=.*:Documentation=man\:patchbay(1) man\:patchbay-serve(8):' \
		-e 's:/opt/patchbay/bin/patchbay:/usr/bin/patchbay:' deploy/systemd/patchbay.service >"$unit"
	! grep -q /opt "$unit" || die "deploy/systemd/patchbay.service names /opt in a way that is not known here"
}

control_files() {
	local control=$root/DEBIAN size libc
	mkdir "$control"
	size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f 1)
	libc=$(find "$root/usr/lib" -path '*/native/*' -type f -exec readelf -W --dyn-syms {} + |
		grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
	sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/; s/@LIBC@/${libc#GLIBC_}/" \
		deploy/deb/package/control >"$control/control"
	install -m 755 deploy/deb/package/{postinst,prerm,postrm} "$control/"
	install -m 644 deploy/deb/package/triggers "$control/triggers"
	(cd "$root" && find etc -type f -printf '/%p\n' | LC_ALL=C sort) >"$control/conffiles"
	(cd "$root" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\0' |
		LC_ALL=C sort -z | xargs -0 md5sum) >"$control/md5sums"
}
