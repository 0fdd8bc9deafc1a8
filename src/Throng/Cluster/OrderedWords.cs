using System.Net;
using Throng.Cluster;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>A load that a controller ordered, read by the agent that is to carry it out.</summary>
/// <param name="Words">The command and its options; names of targets are addresses that may be connected to.</param>
/// <param name="Error">Why it is refused; empty where it is not.</param>
internal sealed record OrderedLoad(IReadOnlyList<string> Words, string Error);

/// <summary>
/// Reads what controllers order, as if it were typed here, and refuses what an agent does not do: another command than
/// a load that has parts, a file of this host, a target that is not allowed. An order can write no file, read none and
/// start no other program.
/// </summary>
/// <param name="allowed">Networks that may be connected to.</param>
/// <param name="isPublicAllowed">Whether a load may go to public addresses when it says --public.</param>
internal sealed class OrderedWords(
    Shell shell, Wiring wiring, IReadOnlyList<IPNetwork> allowed, bool isPublicAllowed)
{
    private const string StartsServers = " may start servers on this host, which no order does";
    private const string NamesFile = " names a file of this host, which no order reads or writes";

    public OrderedLoad Read(IReadOnlyList<string> words)
    {
        if (!TryParse(words, out RunCommand? command, out Arguments? line, out string error))
        {
            return new OrderedLoad([], error);
        }

        Values values = line.Values;
        Option? file = command.Syntax.Options.FirstOrDefault(option => option.IsFile && values.Has(option));
        if (file is not null)
        {
            return new OrderedLoad([], file.Spelling + NamesFile);
        }

        if (values.Has(BenchOptions.Compare))
        {
            return new OrderedLoad([], BenchOptions.Compare.Spelling + StartsServers);
        }

        if (command.ReadLoad(Call(line, command), out List<string> errors) is not { } load)
        {
            return new OrderedLoad([], string.Join("; ", errors));
        }

        if (load.Targets.Count == 0)
        {
            return new OrderedLoad([], "a load on many hosts needs a target: HOST:PORT");
        }

        foreach (IPAddress address in load.Targets.Select(target => target.Address).Distinct())
        {
            bool isAllowed = allowed.Any(network => network.Contains(Plain(address)))
                || (isPublicAllowed && Routability.IsGlobal(address));
            if (!isAllowed)
            {
                return new OrderedLoad(
                    [], $"{address} is no target that this agent may connect to: its --allow-target has "
                        + string.Join(", ", allowed));
            }
        }

        Option[] own = [.. command.Syntax.Options.Except([command.Syntax.Address!])];
        return new OrderedLoad(
            [command.Name, .. values.ToWords(own), .. load.Targets.Select(target => $"--target={target}")], "");
    }

    public JobExamination Examine(IReadOnlyList<string> words)
    {
        if (!TryParse(words, out RunCommand? command, out Arguments? line, out string error))
        {
            return new JobExamination(error, Fits: false, null, "");
        }

        Examination? found = command.Examine(Call(line, command), out List<string> errors);
        return found is null
            ? new JobExamination(string.Join("; ", errors), Fits: false, null, "")
            : new JobExamination("", found.Fits, found.Possible, found.Limit?.Sentence ?? "");
    }

    private Invocation Call(Arguments line, RunCommand command) =>
        new(line, shell, wiring, new Failure(shell, command.Name, wantsJson: false), Commands.Runs);

    private static bool TryParse(
        IReadOnlyList<string> words,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RunCommand? command,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Arguments? line, out string error)
    {
        (line, error) = (null, "");
        command = Commands.Runs.FirstOrDefault(one => words.Count > 0 && one.Name == words[0] && one.HasParts);
        if (command is null)
        {
            error = $"'{Text.Plain(words.Count > 0 ? words[0] : "")}' is no load that has parts";
            return false;
        }

        // A value of a list may be @FILE, which is read as soon as it is parsed.
        if (words.FirstOrDefault(word => word.StartsWith('@') || word.Contains("=@", StringComparison.Ordinal))
            is { } named)
        {
            error = Text.Plain(named) + NamesFile;
            return false;
        }

        line = Arguments.Parse(
            command.Syntax, Commands.SyntaxesOf(Commands.Runs), words.Skip(1), new Dictionary<string, string>());
        error = string.Join("; ", line.Errors);
        return error.Length == 0;
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
