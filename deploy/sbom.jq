# What is in the packages and the image, as CycloneDX 1.6, but for its number. The input is a list of what is known of
# each architecture.

def licence_of_package:
  if test("^libssl") then {expression: "Apache-2.0"}
  elif . == "libc6" then {expression: "LGPL-2.1-or-later"}
  elif test("^zlib") then {expression: "Zlib"}
  elif . == "libgcc-s1" then {expression: "GPL-3.0-or-later WITH GCC-exception-3.1"}
  else {license: {name: "see /usr/share/doc/\(.)/copyright in the image"}} end;

def program: "throng-\(.rid)";
def runtime: "pkg:nuget/runtime.linux-\(.rid).Microsoft.DotNet.ILCompiler@\(.runtime)";
def package($arch): ($distribution | split("-")[0]) as $vendor
  | "pkg:deb/\($vendor)/\(.name)@\(.version | @uri)?arch=\($arch)&distro=\($distribution)";

{
  "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    timestamp: $time,
    component: {
      type: "application", "bom-ref": "throng", name: "throng", version: $version,
      licenses: [{license: {id: "MIT"}}]
    }
  },
  components: (
    [.[] | {
      type: "application", "bom-ref": program, name: "throng", version: $version,
      description: "the program for linux-\(.rid)",
      hashes: [{alg: "SHA-256", content: .sha256}],
      licenses: [{license: {id: "MIT"}}]
    }]
    + [.[] | {
      type: "framework", "bom-ref": runtime, name: "runtime.linux-\(.rid).Microsoft.DotNet.ILCompiler",
      version: .runtime, purl: runtime,
      description: "runtime and class libraries of .NET, zlib-ng with them, linked into the program for linux-\(.rid)",
      licenses: [{expression: "MIT AND Zlib"}]
    }]
    + [.[] | .arch as $arch | .packages[] | {
      type: "library", "bom-ref": package($arch), name, version, purl: package($arch),
      description: "in the image for linux/\($arch)",
      licenses: [.name | licence_of_package]
    }]
  ),
  dependencies: (
    [{ref: "throng", dependsOn: [.[] | program]}]
    + [.[] | .arch as $arch | {ref: program, dependsOn: ([runtime] + [.packages[] | package($arch)])}]
    + [.[] | {ref: runtime}]
    + [.[] | .arch as $arch | .packages[] | {ref: package($arch)}]
  )
}
