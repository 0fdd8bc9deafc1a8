using System.Globalization;
using System.Net;
using System.Text;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>Source addresses as ctraffic is told them: a network, or a file with one on each line.</summary>
/// <param name="Addresses">Distinct, in order.</param>
/// <param name="Ports">Of those that were given with one; null: any.</param>
public sealed record CtrafficSources(IReadOnlyList<IPAddress> Addresses, PortRange? Ports)
{
    /// <summary>More than a plan of connections numbers well.</summary>
    private const int AddressesMax = 1024;

    private const string RanOut = "Ran out of source addresses";

    /// <summary>As many addresses of the network as there are connections, by chance.</summary>
    /// <param name="error">What is wrong; empty when nothing is.</param>
    public static CtrafficSources OfNetwork(string network, long connections, ulong seed, out string error)
    {
        int slash = network.IndexOf('/');
        error = $"Set source failed:invalid CIDR address: {network}";
        if (slash < 0 || !IPAddress.TryParse(network[..slash], out IPAddress? address)
            || !int.TryParse(network[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
            || bits > address.GetAddressBytes().Length * 8)
        {
            return new CtrafficSources([], null);
        }

        error = "";
        byte[] bytes = address.GetAddressBytes();
        int free = Math.Min(30, (bytes.Length * 8) - bits);
        long wanted = Math.Min(Math.Min(connections, AddressesMax), 1L << free);
        HashSet<IPAddress> drawn = [];
        Prng random = new(seed);
        while (drawn.Count < wanted)
        {
            drawn.Add(Drawn(bytes, bits, ref random));
        }

        return new CtrafficSources([.. drawn], null);
    }

    /// <summary>The lines for so many connections.</summary>
    /// <param name="error">What is wrong; empty when nothing is.</param>
    public static CtrafficSources OfFile(byte[] file, long connections, out string error)
    {
        string[] lines = Encoding.UTF8.GetString(file).Split('\n');
        List<IPAddress> addresses = [];
        List<int> ports = [];
        error = "";
        for (int i = 0; i < connections && error.Length == 0; i++)
        {
            string line = i < lines.Length ? lines[i].Trim() : "";
            error = line.Length == 0 ? RanOut : Add(line, addresses, ports);
        }

        int[] given = [.. ports.Where(port => port > 0)];
        if (error.Length == 0 && given.Length > 0 && given.Length < ports.Count)
        {
            error = "some source addresses have a port and some have none; give all of them one, or none";
        }

        PortRange? range = given.Length == 0 ? null : new PortRange((ushort)given.Min(), (ushort)given.Max());
        return new CtrafficSources([.. addresses.Distinct()], range);
    }

    private static IPAddress Drawn(byte[] network, int bits, ref Prng random)
    {
        byte[] bytes = [.. network];
        for (int bit = bits; bit < bytes.Length * 8; bit++)
        {
            int mask = 0x80 >> (bit % 8);
            bool isSet = random.NextInRange(0, 1) == 1;
            bytes[bit / 8] = (byte)(isSet ? bytes[bit / 8] | mask : bytes[bit / 8] & ~mask);
        }

        return new IPAddress(bytes);
    }

    /// <summary>The error, or the empty text.</summary>
    private static string Add(string line, List<IPAddress> addresses, List<int> ports)
    {
        string whole = line.Contains(':') && !line.EndsWith(']') ? line : line + ":0";
        if (!GoAddress.TrySplit(whole, out string host, out string port, out string error))
        {
            return error;
        }

        if (!IPAddress.TryParse(host, out IPAddress? address)
            || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            return $"source address {line} is no address with or without a port";
        }

        addresses.Add(address);
        ports.Add(number);
        return "";
    }
}
