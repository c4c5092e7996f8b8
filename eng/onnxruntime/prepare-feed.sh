#!/bin/sh
# prepare-feed.sh VERSION CUDA
# Makes Microsoft.ML.OnnxRuntime.Gpu VERSION available to this repository: leaves a stamp where a configured NuGet source carries
# it, and otherwise packs the npm release of the same version into eng/feed. Two at once are safe: one works, the other waits.
set -eu

version=$1
cuda=${2:-false}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
eng=$(dirname -- "$here")
feed=$eng/feed
npm_folder=$eng/npm
dotnet=${DOTNET_HOST_PATH:-dotnet}

npm_version=0.4.9
cpu_package=com.github.asus4.onnxruntime
cpu_sha512=064cf176e499f4891e0cfe90f25cf64c553689eee1492bd2ed921fccca28131a2ad02373267bae19a509ec8b288c182a3b8a2e0f58d76a1f0e63225b08ddbd16
cuda_package=com.github.asus4.onnxruntime.linux-x64-gpu
cuda_sha512=168a4884d13f360fafd97eb9c1573d7253c2042be1bc0e771f1a3653429fe5f19d56c0bb88203e999d0a2d6820710023ed3219ea9362751e000b5d20ef85e8eb

# `dotnet run` keeps the output of a build to itself, and somebody waits: where there is a terminal, tell it.
say() { { echo "AgentChain: $*" > /dev/tty; } 2> /dev/null || echo "AgentChain: $*"; }
fail() { echo "prepare-feed.sh : error AGENTCHAIN001: $*"; exit 1; }

mkdir -p "$feed" "$npm_folder"
exec 9> "$npm_folder/.lock"
flock 9

# The build that called this one must not lend its own MSBuild to the ones started here.
unset MSBUILD_EXE_PATH MSBuildSDKsPath MSBuildExtensionsPath MSBuildLoadMicrosoftTargetsReadOnly MSBUILDNODEHANDSHAKESALT || true
export MSBUILDDISABLENODEREUSE=1

work=$npm_folder/work
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# fetch PACKAGE SHA512 MEMBER...: unpacks the named members of the npm package into $work/package.
fetch() {
  name=$1 sum=$2
  shift 2
  command -v npm > /dev/null || fail "no configured NuGet source carries Microsoft.ML.OnnxRuntime.Gpu $version, and npm, the other way to get it, is not installed. Install npm, or add a NuGet source that carries the package."
  (cd "$work" && npm pack "$name@$npm_version" --silent > npm.log 2>&1) \
    || { cat "$work/npm.log"; fail "npm could not fetch $name $npm_version."; }
  archive=$work/$name-$npm_version.tgz
  echo "$sum  $archive" | sha512sum -c --status || fail "$name $npm_version is not the release that was pinned: its checksum differs."
  tar -xzf "$archive" -C "$work" "$@"
  rm -f "$archive"
}

if [ ! -e "$feed/microsoft.ml.onnxruntime.gpu.$version.nupkg" ] && [ ! -e "$feed/.available-$version" ]; then
  if "$dotnet" restore "$here/probe/probe.csproj" -p:OnnxRuntimeVersion="$version" -p:OnnxRuntimeWork="$work" \
      -p:TreatWarningsAsErrors=false -v minimal -nologo > "$work/probe.log" 2>&1; then
    : > "$feed/.available-$version"
    exit 0
  fi
  if ! grep -qE 'NU110[123]' "$work/probe.log"; then
    # No source could be asked, so nothing is known: the restore that follows tells its own story.
    say "could not ask the NuGet sources for Microsoft.ML.OnnxRuntime.Gpu $version; going on without an answer."
    exit 0
  fi

  say "no configured NuGet source carries Microsoft.ML.OnnxRuntime.Gpu $version; packing the npm release into eng/feed (once, about a minute)."
  fetch "$cpu_package" "$cpu_sha512" package/Runtime package/Plugins/Linux/x64 package/LICENSE package/ThirdPartyNotices.txt
  key=$(sed -n 's/.*PublicKey=\([0-9a-f]*\).*/\1/p' "$work/package/Runtime/AssemblyInfo.shared.cs" | head -n 1)
  for byte in $(printf %s "$key" | sed "s,..,& ,g"); do printf "\\$(printf %03o "0x$byte")"; done > "$work/public.snk"

  "$dotnet" msbuild "$here/pack.proj" -t:Restore -p:OnnxRuntimeVersion="$version" -p:OnnxRuntimeWork="$work" -v:m -nologo > "$work/pack.log" 2>&1 \
    && "$dotnet" msbuild "$here/pack.proj" -t:Pack -p:OnnxRuntimeVersion="$version" -p:OnnxRuntimeWork="$work" -v:m -nologo >> "$work/pack.log" 2>&1 \
    || { cat "$work/pack.log"; fail "the stand-in packages could not be built."; }

  # Whoever finds the last one finds them all.
  for id in Microsoft.ML.OnnxRuntime.Managed Microsoft.ML.OnnxRuntime.Gpu.Linux Microsoft.ML.OnnxRuntime.Gpu; do
    lower=$(echo "$id" | tr '[:upper:]' '[:lower:]')
    mv "$work/feed/$id.$version.nupkg" "$feed/$lower.$version.nupkg"
  done
fi

if [ "$cuda" = true ] && [ ! -e "$feed/.available-$version" ] && [ ! -e "$npm_folder/cuda-$version/.complete" ]; then
  say "fetching the CUDA provider of ONNX Runtime $version from npm (179 MB, once)."
  fetch "$cuda_package" "$cuda_sha512" package
  mkdir -p "$npm_folder/cuda-$version"
  find "$work/package" -name libonnxruntime_providers_cuda.so -exec mv {} "$npm_folder/cuda-$version/" \;
  [ -e "$npm_folder/cuda-$version/libonnxruntime_providers_cuda.so" ] || fail "$cuda_package $npm_version holds no CUDA provider."
  : > "$npm_folder/cuda-$version/.complete"
fi
