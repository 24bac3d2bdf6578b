#!/usr/bin/env bash
# The project's test command: every xUnit project, then every outside case file the Judge knows. --long adds the long runs.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
results=artifacts/test-results
rm -rf "$results" && mkdir -p "$results"
filter='Category!=Long'
for argument in "$@"; do
  case "$argument" in
    --long) filter='' ;;
    --matrix) SANDBOX_WRITE_MATRIX=1 exec dotnet test tests/Policy.Tests -c Release -v q -nologo --filter "FullyQualifiedName~RequirementMatrixTests" ;;
    -h|--help) echo "usage: ./sandbox test [--long|--matrix]   runs all tests; --long adds the long fuzz, crash and load runs; --matrix writes docs/reference/requirements.md from the tests' claims"; exit 0 ;;
    *) echo "unknown option $argument (try --help)" >&2; exit 2 ;;
  esac
done

# A test that hangs is named and ends the project's run; the long runs may take longer than that.
passed=0 failed=0 skipped=0
dotnet build Sandbox.sln -c Release -v q -nologo || exit 1

# The tests, and the jailed children that they start, run the libraries as they ship, compiled ahead of time: a fifth of their time would be compiling. The next build puts its own back.
for library in artifacts/app/Sandbox/release/Sandbox.*.dll; do
  for tests in artifacts/bin/*.Tests/release; do
    [ ! -f "$tests/$(basename "$library")" ] || cp "$library" "$tests/"
  done
done

# One project's tests; what it prints goes where the caller sends it, its counters to the .trx.
run() {
  local name=$1.Tests
  echo "== $name"
  dotnet test "tests/$name/$name.csproj" -c Release --no-build -v q -nologo ${filter:+--filter "$filter"} \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results" \
    ${filter:+--blame-hang --blame-hang-timeout 12m --blame-hang-dump-type none} || true
}

tally() {
  local name=$1.Tests
  if [ -s "$results/$name.trx" ]; then
    counters=$(grep -o '<Counters [^>]*' "$results/$name.trx")
    count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    total=$(count total) ran=$(count executed) good=$(count passed)
    passed=$((passed + good)) failed=$((failed + ran - good)) skipped=$((skipped + total - ran))
    # A test host that dies leaves a file without an outcome: that is a failure, whatever it had counted.
    grep -q '<ResultSummary outcome="\(Completed\|Failed\)"' "$results/$name.trx" || failed=$((failed + 1))
    [ "$total" -gt 0 ] || failed=$((failed + 1))
  else
    echo "no result file of $name: its test host did not finish" >&2
    failed=$((failed + 1))
  fi
}

# The tests of the command line wait for processes half of their time: with a second core they run beside the others. Job control,
# because a job without it starts with Ctrl-C ignored, and so would every process its tests interrupt.
beside=
stop() { [ -z "$beside" ] || kill -- "-$beside" 2>/dev/null; }
trap 'stop; exit 130' INT TERM
if [ "$(nproc)" -gt 1 ]; then
  set -m
  run Sandbox >"$results/Sandbox.Tests.log" 2>&1 </dev/null &
  beside=$!
  set +m
fi

for project in Policy Trust Jail Vault Enclave Export; do
  run "$project"
  tally "$project"
done

data=${SANDBOX_SHARED_DATA:-$root/../shared/data}
if [ -d "$data/cases" ]; then
  while read -r verb file extra; do
    [ -n "$verb" ] || continue
    log="$results/judge-$verb-$(basename "$file").log"
    # shellcheck disable=SC2086
    dotnet artifacts/bin/Judge/release/Sandbox.Judge.dll "$verb" "$data/cases/$file" --data "$data" ${extra//DATA/$data} >"$log" 2>&1
    code=$?
    line=$(tail -n 1 "$log")
    echo "judge $verb $file: $line"
    if [[ "$line" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
      passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
      [ "$code" -eq 0 ] || [ "${BASH_REMATCH[2]}" -gt 0 ] || failed=$((failed + 1))
      [ $((BASH_REMATCH[1] + BASH_REMATCH[2])) -gt 0 ] || failed=$((failed + 1))
    else
      failed=$((failed + 1))
    fi
  done <"$root/build/judge-cases.txt"
else
  echo "the outside data folder is absent: the Judge's case files were not run"
fi

if [ -n "$beside" ]; then
  wait "$beside"
  cat "$results/Sandbox.Tests.log"
else
  run Sandbox
fi
tally Sandbox

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
