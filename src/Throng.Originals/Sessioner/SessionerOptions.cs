using Throng.Linux;

namespace Throng.Originals;

/// <summary>Options that both ends of sessioner take, gathered in the order given.</summary>
public sealed class SessionerOptions
{
    private const int HashSizeDefault = 10_000;

    private const char NoEofLetter = GetoptOption.NoLetter;

    /// <summary>The addresses so far: a range has up to 65,535.</summary>
    private readonly HashSet<SockAddr> _known = [];

    public static GetoptOption NoEof { get; } = new(NoEofLetter, "no-eof", false);

    public List<SockAddr> Addresses { get; } = [];

    /// <summary>The size of the table that was in force at each address.</summary>
    public List<int> HashSizes { get; } = [];

    public int HashSize { get; private set; } = HashSizeDefault;

    public bool IsDebugging { get; private set; }

    public bool Pings { get; private set; }

    public bool KeepsLimits { get; private set; }

    public bool OutlivesInput { get; private set; }

    public string UnraisedLimit =>
        KeepsLimits ? "" : $"Unable to disable descriptors limit: {CError.Text(Errno.EPERM)}";

    /// <summary>Takes all of a line; what ends the program there, or null.</summary>
    /// <param name="addresses">The option that has them.</param>
    /// <param name="refusesTwice">An address stands there once.</param>
    /// <param name="ends">What none was specified of.</param>
    public Reading? Refusal(Getopt line, GetoptOption addresses, bool refusesTwice, string ends, string help)
    {
        string option = "--" + addresses.Name;
        foreach ((char letter, string value) in line.Given)
        {
            if (letter == 'h')
            {
                return Reading.Refuse(0, [.. line.Errors, help]);
            }

            string error = letter == addresses.Letter ? AddAddresses(option, value, refusesTwice) : Take(letter, value);
            if (error.Length > 0)
            {
                return Reading.Refuse(1, [.. line.Errors, error]);
            }
        }

        return Addresses.Count > 0 ? null : Reading.Refuse(1, [.. line.Errors, $"No {ends} specified.",
            $"Use {option} parameter to specify at least one or -h for more information."]);
    }

    /// <summary>Adds the addresses of an option; returns what is wrong with it, empty when nothing is.</summary>
    private string AddAddresses(string option, string text, bool refusesTwice)
    {
        IReadOnlyList<SockAddr> read = SessionerAddress.Read(option, text, out string error);
        foreach (SockAddr address in read)
        {
            if (_known.Add(address))
            {
                Addresses.Add(address);
                HashSizes.Add(HashSize);
            }
            else if (refusesTwice)
            {
                return $"Unable to bind to {address}: {CError.Text(Errno.EADDRINUSE)}";
            }
        }

        return error;
    }

    /// <summary>An option without an address; what is wrong with it, empty: nothing.</summary>
    private string Take(char letter, string value)
    {
        switch (letter)
        {
            case 'd':
                IsDebugging = true;
                break;

            case 'p':
                Pings = true;
                break;

            case 'u':
                KeepsLimits = true;
                break;

            case NoEofLetter:
                OutlivesInput = true;
                break;

            case 's' when CNumber.TryRead(value, out int size) && size > 0:
                HashSize = size;
                break;

            case 's':
                return $"Error: option --hashsize parameter must be a number above 0, not \"{value}\"!";
        }

        return "";
    }
}
