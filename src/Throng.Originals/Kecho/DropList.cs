using System.Globalization;
using System.Net;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>Sockets to end without asking whoever holds them; which, is on standard input.</summary>
public sealed record DropList
{
    /// <summary>
    /// Pairs of local and remote address, both of one family, with blanks or line ends between them; reading ends at
    /// the first that is none.
    /// </summary>
    /// <param name="error">What is wrong with that one; empty when there is none.</param>
    public static IReadOnlyList<(SockAddr Local, SockAddr Remote)> Read(string text, out string error)
    {
        error = "";
        List<(SockAddr, SockAddr)> pairs = [];
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i += 2)
        {
            if (i + 1 == words.Length || !TryRead(words[i], out SockAddr local)
                || !TryRead(words[i + 1], out SockAddr remote) || local.Family != remote.Family)
            {
                error = $"'{words[i]}{(i + 1 < words.Length ? " " + words[i + 1] : "")}' is no pair of addresses"
                    + " such as 127.0.0.1:36986 127.0.0.1:12345; what follows is left alone";
                break;
            }

            pairs.Add((local, remote));
        }

        return pairs;
    }

    private static bool TryRead(string word, out SockAddr address)
    {
        address = default;
        int colon = word.LastIndexOf(':');
        if (colon < 0
            || !IPAddress.TryParse(word[..colon].Trim('[', ']'), out IPAddress? host)
            || !int.TryParse(word[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port > ushort.MaxValue)
        {
            return false;
        }

        address = SockAddr.From(host, port);
        return true;
    }
}
