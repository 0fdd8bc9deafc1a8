using System.Globalization;

namespace Throng;

/// <summary>Words without a dash that are not what the command takes: what they most probably are, and what to write.
/// </summary>
internal static class StrayWord
{
    /// <summary>The whole line about one.</summary>
    public static string Describe(string word, CommandSyntax syntax)
    {
        string plain = Text.Plain(word);
        if (syntax.Address is { } address)
        {
            bool listens = address == ServeOptions.Listen;
            if (syntax.Operand is null && IsPort(word))
            {
                return $"'{plain}' is a port without an address: write "
                    + (listens ? $"*:{plain} for every address of this host, or 127.0.0.1:{plain}" : $"HOST:{plain}");
            }

            string host = word.TrimStart('@');
            if (IsHost(host))
            {
                return $"'{plain}': the port is missing: write {host}:PORT";
            }
        }

        string takes = syntax is { Operand: not null, Address: { } both }
            ? $"neither a count such as 10k nor {both.Argument}"
            : syntax.Address is { } only ? $"a word without a dash is {only.Spelling} {only.Argument}"
            : $"{syntax.Name} takes options only";
        return syntax.Operand is null ? $"unexpected '{plain}': {takes}" : $"'{plain}' is {takes}";
    }

    private static bool IsPort(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535;

    /// <summary>Whether it can only be meant as a host: an address, a name with dots, or this host.</summary>
    private static bool IsHost(string word) =>
        (word.Contains('.') || word == "localhost")
        && Endpoint.TryReadTargetOfProtocol(word, out Endpoint read, out string _) && read.FirstPort == 0;
}
