using Throng.Linux;

namespace Throng.Engine;

/// <summary>Ports in a row of one address, as the program compares them.</summary>
internal readonly record struct XdpRange(SockAddr Address, ushort FirstPort, ushort LastPort)
{
    /// <summary>Addresses with a port each become as few ranges as there are.</summary>
    public static IReadOnlyList<XdpRange> Covering(IEnumerable<SockAddr> addresses)
    {
        List<XdpRange> ranges = [];
        foreach (IGrouping<SockAddr, SockAddr> same in addresses.GroupBy(address => address.WithPort(0)))
        {
            int first = -1;
            int last = -1;
            foreach (int port in same.Select(address => (int)address.Port).Distinct().Order())
            {
                if (first >= 0 && port != last + 1)
                {
                    ranges.Add(new XdpRange(same.Key, (ushort)first, (ushort)last));
                    first = port;
                }

                first = first < 0 ? port : first;
                last = port;
            }

            ranges.Add(new XdpRange(same.Key, (ushort)first, (ushort)last));
        }

        return ranges;
    }

    public override string ToString() => FirstPort == LastPort
        ? $"{Address.WithPort(FirstPort)}"
        : $"{Address.WithPort(FirstPort)}-{LastPort}";
}
