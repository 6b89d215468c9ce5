#!/bin/sh
# UNTRIED: written from Apple's documentation, never yet run. Try it on a Mac before anybody relies on it, and remove
# this line then.
#
# make-image.sh Counter.app IMAGE.dmg     run by `python build_installer.py macos`
#
# COUNTER_APP_IDENTITY names the certificate to sign with; without it the program is signed for this machine alone,
# and other Macs warn before they open it.
set -eu

bundle=$1
image=$2
here=$(dirname "$0")

codesign --force --deep --options runtime --entitlements "$here/entitlements.plist" \
  --sign "${COUNTER_APP_IDENTITY:--}" "$bundle"
codesign --verify --deep --strict "$bundle"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$bundle" "$folder/"
ln -s /Applications "$folder/Applications"
rm -f "$image"
hdiutil create -volname Counter -srcfolder "$folder" -fs HFS+ -format UDZO "$image"
