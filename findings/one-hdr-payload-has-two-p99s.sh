#!/usr/bin/env bash
# HdrHistogram 2.5.0 (.NET) and hdr-histogram-js 3.0.1: the p99 of one and the same histogram is 1 ms or 2 s.
#
# Both read the compressed payload that every HdrHistogram writes, and agree on each count in it. They do not agree on
# which value a percentile is. Of 160 values, 99 % are 158.4. JavaScript's reader goes up to the 159th value: at least
# 99 % are no larger. .NET's adds a half and cuts off, takes the 158th, and 98.75 % are no larger. With two slow answers
# among 160 that is the whole difference between fast and slow. It is so wherever the share of the count ends in a
# fraction between 0 and a half. It is never more than one value, and so shows where few are slow. Two tools that draw
# one file differ in the tail then, and neither has a wrong count: compare percentiles of one reader, or counts above a
# limit.
#
# Needs the .NET SDK 10, node and npm. Both libraries are fetched into a temporary folder; half a minute.
set -euo pipefail

net=2.5.0
js=3.0.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

npm install --silent --no-audit --no-fund "hdr-histogram-js@$js" >/dev/null
cat >write.js <<'J'
// 158 answers of 1 ms and two of 2 s, in microseconds: the payload, and two of its percentiles.
const hdr = require('hdr-histogram-js');
const all = hdr.build({ highestTrackableValue: 3600e6, numberOfSignificantValueDigits: 3 });
for (let i = 0; i < 160; i++) all.recordValue(i < 158 ? 1000 : 2e6);
console.log(hdr.encodeIntoCompressedBase64(all));
console.log(all.totalCount, all.getValueAtPercentile(50), all.getValueAtPercentile(99));
J

mkdir read
cat >read/read.csproj <<P
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="HdrHistogram" Version="[$net]" />
  </ItemGroup>
</Project>
P
cat >read/Read.cs <<'C'
using HdrHistogram;
using HdrHistogram.Encoding;
using HdrHistogram.Utilities;

var all = HistogramEncoding.DecodeFromCompressedByteBuffer(
    ByteBuffer.Allocate(System.Convert.FromBase64String(args[0])), 0);
System.Console.WriteLine($"{all.TotalCount} {all.GetValueAtPercentile(50)} {all.GetValueAtPercentile(99)}");
C

node write.js >said
{ read -r payload; read -r count1 median slow; } <said
read -r count median2 fast < <(dotnet run --project read -c Release -- "$payload")

printf 'node %s, .NET SDK %s\n' "$(node --version)" "$(dotnet --version)"
printf '                          values   p50, us   p99, us\n'
printf 'hdr-histogram-js %-8s %7s %9s %9s\n' "$js" "$count1" "$median" "$slow"
printf 'HdrHistogram %-12s %7s %9s %9s\n' "$net" "$count" "$median2" "$fast"
if [[ $count1 == 160 && $count == 160 && $median == "$median2" && $slow -ge 2000000 && $fast -lt 1100 ]]; then
  echo "seen: one payload, two percentiles"
else
  echo "not seen any more"
  exit 1
fi
