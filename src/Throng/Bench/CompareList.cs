using Throng.Measurement;

namespace Throng;

/// <summary>Servers to compare as somebody wrote them: engines of `throng serve`, or where servers run.</summary>
public sealed record CompareList(IReadOnlyList<ComparedName> Names)
{
    private static readonly string[] Engines = ["epoll", "uring", "kernel", "xdp"];

    public static CompareList None { get; } = new([]);

    internal Node Node => Names.Count == 0 ? Measurement.Node.Null
        : Measurement.Node.ListOf(Names.Select(name => name.Written));

    public static bool TryRead(string text, out CompareList list, out string error)
    {
        List<ComparedName> names = [];
        list = new CompareList(names);
        foreach (string part in text.Split(','))
        {
            if (Engines.Contains(part))
            {
                names.Add(new ComparedName(part, null));
            }
            else if (Endpoint.TryReadTarget(part, out Endpoint endpoint, out error) && endpoint.Scheme.Length == 0)
            {
                names.Add(new ComparedName(part, endpoint));
            }
            else
            {
                error = $"'{Text.Plain(part)}' is none of {string.Join(", ", Engines)} and no HOST:PORT";
                return false;
            }
        }

        error = names.Distinct().Count() < names.Count ? $"'{Text.Plain(text)}' has a server twice" : "";
        return error.Length == 0;
    }
}

/// <param name="Endpoint">Where it runs already; null: an engine, to be started.</param>
public sealed record ComparedName(string Written, Endpoint? Endpoint);
