using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Numbers as a C compiler has them from the headers on this host: a C program is written, compiled and run. What the
/// headers do not know is left out and not answered.
/// </summary>
internal sealed partial class HeaderWitness
{
    /// <summary>
    /// Headers of the kernel and of the C library: many declarations are in both, so no file includes both.
    /// </summary>
    private static readonly string[][] Headers =
    [
        [
            "asm/termbits.h", "asm/ioctls.h", "asm/termios.h", "asm/param.h", "linux/bpf.h", "linux/bpf_common.h",
            "linux/capability.h", "linux/errno.h", "linux/ethtool.h", "linux/eventpoll.h", "linux/fcntl.h",
            "linux/filter.h", "linux/if_ether.h", "linux/if_link.h", "linux/if_packet.h", "linux/if_xdp.h",
            "linux/in.h", "linux/in6.h", "linux/inet_diag.h", "linux/io_uring.h", "linux/ipv6.h", "linux/mman.h",
            "linux/netlink.h", "linux/poll.h", "linux/prctl.h",
            "linux/resource.h", "linux/rtnetlink.h", "linux/sched.h", "linux/sched/types.h", "linux/signal.h",
            "linux/sock_diag.h", "linux/sockios.h", "linux/stat.h", "linux/tcp.h", "linux/time.h",
            "linux/time_types.h", "linux/uio.h", "asm/socket.h", "asm/unistd.h",
        ],
        [
            "errno.h", "fcntl.h", "net/if.h", "net/if_arp.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "sched.h",
            "signal.h",
            "sys/epoll.h", "sys/eventfd.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h", "sys/socket.h",
            "sys/stat.h", "sys/syscall.h", "sys/uio.h", "time.h",
        ],
    ];

    private const string NothingImplied = "-Werror=implicit-function-declaration";

    private readonly string _compiler;
    private readonly string[] _runner;

    /// <param name="compiler">Such as gcc.</param>
    /// <param name="runner">What runs a program of its, in words; none: this host does.</param>
    public HeaderWitness(string compiler, params string[] runner)
    {
        _compiler = compiler;
        _runner = runner;
    }

    /// <summary>Value of each expression; more than one number where kernel and C library differ.</summary>
    public IReadOnlyDictionary<string, long[]> Ask(IReadOnlyList<string> expressions)
    {
        string folder = Directory.CreateTempSubdirectory("throng-abi-").FullName;
        try
        {
            return Headers.SelectMany(headers => AskOne(folder, headers, expressions))
                .GroupBy(one => one.Expression)
                .ToDictionary(all => all.Key, all => all.Select(one => one.Number).Distinct().ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<(string Expression, long Number)> AskOne(
        string folder, string[] headers, IReadOnlyList<string> expressions)
    {
        string source = Path.Combine(folder, "witness.c");
        string program = Path.Combine(folder, "witness");
        HashSet<int> unknown = [];
        string complaints;
        int before;
        do
        {
            before = unknown.Count;
            File.WriteAllText(source, Source(headers, expressions, unknown));
            complaints = Run([_compiler, "-std=gnu11", NothingImplied, "-o", program, source], out bool isDone);
            if (isDone)
            {
                return Answers(program, expressions);
            }

            unknown.UnionWith(Complaint().Matches(complaints).Select(one => int.Parse(one.Groups["line"].ValueSpan)));
        }
        while (unknown.Count > before);
        Assert.Fail($"{_compiler} does not take the headers: {complaints}");
        return [];
    }

    private IEnumerable<(string Expression, long Number)> Answers(string program, IReadOnlyList<string> expressions)
    {
        string output = Run([.. _runner, program], out bool isDone);
        Assert.True(isDone, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words =>
            (expressions[int.Parse(words[0], CultureInfo.InvariantCulture)],
                long.Parse(words[1], CultureInfo.InvariantCulture)));
    }

    /// <summary>The expressions one a line, numbered from 0, so that a complaint says which of them it means.</summary>
    private static string Source(string[] headers, IReadOnlyList<string> expressions, HashSet<int> unknown)
    {
        StringBuilder text = new("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        text.AppendJoin("", headers.Select(header => $"#include <{header}>\n"));
        text.Append("int main(void)\n{\n#line 1 \"asked\"\n");
        for (int i = 0; i < expressions.Count; i++)
        {
            text.Append(unknown.Contains(i + 1) ? "\n" : $"printf(\"{i} %lld\\n\", (long long)({expressions[i]}));\n");
        }

        return text.Append("return 0;\n}\n").ToString();
    }

    private static string Run(string[] command, out bool isDone)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        isDone = process.ExitCode == 0;
        return isDone ? output : output + errors.Result;
    }

    [GeneratedRegex(@"^asked:(?<line>\d+):\d+: (error|note: in expansion)", RegexOptions.Multiline)]
    private static partial Regex Complaint();
}
