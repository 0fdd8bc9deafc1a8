namespace Throng.Fuzz;

/// <summary>Targets, listeners and sources as people write them.</summary>
internal static class AddressTargets
{
    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("endpoints", ReadEndpoint)
        {
            BytesMax = 300,
            Words = ["127.0.0.1", "[::1]", ":7000", "-7003", "tcp://", "udp://", "tls://", "http://", "*:", "/", "@",
                "localhost", "::ffff:1.2.3.4", "%1", "fe80::", "]", "["],
        },
        new("sources", ReadSource)
        {
            Rounds = 500,
            BytesMax = 300,
            Words = ["10.0.0.0/30", "10.0.0.5-10.0.0.9", "fd00::/127", "255.255.255.255", "/0", "/128", "-", "::",
                "%1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
        },
    ];

    /// <summary>The first byte says what it is the address of.</summary>
    private static void ReadEndpoint(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        Reading<Endpoint> read = (input[0] % 4) switch
        {
            0 => Endpoint.TryReadTarget,
            1 => Endpoint.TryReadTargetOfProtocol,
            2 => Endpoint.TryReadListen,
            _ => Endpoint.TryReadHealth,
        };
        bool isRead = read(Property.Text(input[1..]), out Endpoint endpoint, out string error);
        Property.IsRefusal(isRead, error);
        if (!isRead)
        {
            return;
        }

        Property.Holds(endpoint.Ports > 0 && endpoint.LastPort <= ushort.MaxValue, "there are no ports");
        Property.IsLine(endpoint.ToString(), "an endpoint");
        string written = (endpoint.Scheme.Length > 0 ? endpoint.Scheme + "://" : "") + endpoint;
        Property.Holds(
            read(written, out Endpoint again, out _) && again == endpoint, "an endpoint means another one");
    }

    private static void ReadSource(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty && input[0] != (byte)'@')
        {
            bool isRead = SourceRange.TryRead(Property.Text(input), out SourceRange range, out string error);
            Property.IsRefusal(isRead, error);
            Property.Holds(!isRead || range.Addresses.Count is > 0 and <= SourceRange.AddressesMax, "no addresses");
        }
    }
}
