#!/usr/bin/env bash
# apt.sh - a repository of packages. The system's own apt is not touched: every
# directory that this one uses is ours.
set -eu
source "$(dirname "$0")/server.bash"
need apt-get dpkg-deb apt-ftparchive

# package VERSION: a tiny one, but with a name that has to be escaped.
package() {
  mkdir -p package/DEBIAN package/usr/share/tiny++
  cat >package/DEBIAN/control <<-END
	Package: tiny++
	Version: $1
	Architecture: all
	Maintainer: Nobody <nobody@example.org>
	Description: holds a file
	END
  echo "$1" >package/usr/share/tiny++/version
  dpkg-deb --root-owner-group -b package "www/pool/tiny++_${1/:/%3a}_all.deb" \
    >/dev/null
}

publish() {
  (
    cd www
    apt-ftparchive packages pool >dists/stable/main/binary-all/Packages
    gzip -kf dists/stable/main/binary-all/Packages
    apt-ftparchive -o APT::FTPArchive::Release::Codename=stable \
      -o APT::FTPArchive::Release::Components=main \
      -o APT::FTPArchive::Release::Architectures=all \
      release dists/stable >../Release
    mv ../Release dists/stable/Release
  )
}

mkdir -p www/pool www/dists/stable/main/binary-all
package 1:1.0~rc1+b2
publish
# apt asks by date, so another Release must be of another second.
touch -d yesterday www/dists/stable/Release
serve www

mkdir -p apt/{etc/apt.conf.d,state/lists/partial,cache/archives/partial,log}
touch apt/status
echo "deb [trusted=yes arch=all] $url stable main" >apt/etc/sources.list
cat >apt/conf <<END
Dir "$ground/apt";
Dir::Etc "etc";
Dir::Etc::sourceparts "-";
Dir::State "state";
Dir::State::status "$ground/apt/status";
Dir::Cache "cache";
Dir::Log "log";
APT::Architecture "amd64";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::http::Proxy "DIRECT";
Acquire::Retries "0";
END

# Whatever it says is in the file said.apt.
apt_get() {
  APT_CONFIG=$ground/apt/conf apt-get -q "$@" >"$ground/said.apt" 2>&1 ||
    fail "apt-get $1: $(cat "$ground/said.apt")"
}

apt_get update
mkdir got
(cd got && apt_get download tiny++)
same www/pool/tiny++_1%3a1.0~rc1+b2_all.deb got/tiny++_1%3a1.0~rc1+b2_all.deb

# Nothing is new; then something is.
apt_get update
grep -q '^Hit:' said.apt || fail "nothing is new, but: $(cat said.apt)"
package 1:1.0
publish
apt_get update
(cd got && apt_get download tiny++)
same www/pool/tiny++_1%3a1.0_all.deb got/tiny++_1%3a1.0_all.deb
is version "$(dpkg-deb -f got/tiny++_1%3a1.0_all.deb Version)" 1:1.0
stop

[ "$(logged 'Release HTTP/1.1" 304 ')" -gt 0 ] || fail 'nothing was not modified'
