#!/usr/bin/env bash
# Builds the sample models from C to WebAssembly into artifacts/models/<name>/{model.wasm,model.json}; the same sources give the same bytes.
# Needs Debian's clang, lld, wasi-libc and libclang-rt-dev-wasm32. Usage: bash models/build.sh [target folder]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${1:-$root/artifacts/models}
export LC_ALL=C

model() { # name, C source, manifest (none for the module that scores models without code)
  mkdir -p "$target/$1"
  local module
  module=$(mktemp "$target/.model.XXXXXX")
  (cd "$root" && clang --target=wasm32-wasi -std=c11 -O3 -Wall -Wextra -Werror -ffp-contract=off -fno-ident \
    -Wl,--strip-all -Wl,-z,stack-size=262144 -o "$module" "$2" -lm)
  chmod 644 "$module"
  mv "$module" "$target/$1/model.wasm"
  [ -z "${3:-}" ] || cp "$root/$3" "$target/$1/model.json"
  echo "$1: $(wc -c <"$target/$1/model.wasm") bytes"
}

mkdir -p "$target"
model flight-delay-train models/flight-delay/train.c models/flight-delay/train.json
model flight-delay-apply models/flight-delay/apply.c models/flight-delay/apply.json
model district-income models/district-income/apply.c models/district-income/apply.json
model flight-groups-train models/flight-groups/train.c models/flight-groups/train.json
model row-copy models/row-copy/copy.c models/row-copy/copy.json
model scoring models/scoring/score.c
